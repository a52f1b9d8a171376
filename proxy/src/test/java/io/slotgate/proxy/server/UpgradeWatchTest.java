package io.slotgate.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotgate.proxy.command.CommandTable;
import io.slotgate.topology.discovery.ServerVersion;
import io.slotgate.topology.model.Health;
import io.slotgate.topology.model.HostPort;
import io.slotgate.topology.model.Node;
import io.slotgate.topology.model.NodeFigures;
import io.slotgate.topology.model.NodeHealth;
import io.slotgate.topology.model.Role;
import io.slotgate.topology.model.Shard;
import io.slotgate.topology.model.SlotMap;
import io.slotgate.topology.model.SlotRange;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class UpgradeWatchTest {
    private static final HostPort PRIMARY = new HostPort("127.0.0.1", 7001);
    private static final HostPort REPLICA = new HostPort("127.0.0.1", 7002);
    private static final CommandTable COMMANDS = CommandTable.builtIn();

    private final List<CompletableFuture<ClusterFacts>> questions = new ArrayList<>();
    private final List<ClusterFacts> applied = new ArrayList<>();
    private final UpgradeWatch watch = new UpgradeWatch(new ServerVersion("redis", "7.0.15"), this::ask, applied::add);

    @Test
    void asksNothingWhileNodesRunWhatTheyRan() {
        look(Health.UP, "redis 7.0.15", "redis 7.0.15");

        assertThat(questions).isEmpty();
    }

    @Test
    void goesByTheOlderVersionWhileAnUpgradeIsUnderWay() {
        look(Health.UP, "redis 7.0.15", "valkey 8.0.1");
        look(Health.UP, "valkey 10.0.0", "redis 7.0.15");
        assertThat(questions).isEmpty();

        look(Health.UP, "valkey 10.0.0", "valkey 8.0.1");
        answer(0);

        // The one that was asked may have been the newer one.
        assertThat(applied).singleElement()
                .isEqualTo(new ClusterFacts(COMMANDS, new ServerVersion("valkey", "8.0.1"), 16));
    }

    @Test
    void followsNodesThatGoBack() {
        look(Health.UP, "redis 7.0.15", "redis 6.2.0");
        answer(0);

        assertThat(applied).singleElement().extracting(ClusterFacts::version)
                .isEqualTo(new ServerVersion("redis", "6.2.0"));
    }

    @Test
    void waitsUntilAllHaveToldButForThoseThatFailed() {
        look(Health.UP, "valkey 8.0.1", null);
        look(Health.UP, "valkey 8.0.1", "");
        assertThat(questions).isEmpty();

        look(Health.FAILED, "valkey 8.0.1", "redis 7.0.15");

        assertThat(questions).hasSize(1);
    }

    @Test
    void asksOnceForEachChange() {
        look(Health.UP, "valkey 8.0.1", "valkey 8.0.1");
        look(Health.UP, "valkey 8.0.1", "valkey 8.0.1");
        assertThat(questions).hasSize(1);

        answer(0);
        look(Health.UP, "valkey 8.0.1", "valkey 8.0.1");
        assertThat(questions).hasSize(1);

        look(Health.UP, "valkey 9.0.0", "valkey 9.0.0");
        assertThat(questions).hasSize(2);
    }

    private CompletableFuture<ClusterFacts> ask() {
        CompletableFuture<ClusterFacts> question = new CompletableFuture<>();
        questions.add(question);
        return question;
    }

    private void answer(int question) {
        questions.get(question).complete(new ClusterFacts(COMMANDS, new ServerVersion("valkey", "99.0.0"), 16));
    }

    private void look(Health replica, @Nullable String ofPrimary, @Nullable String ofReplica) {
        Map<HostPort, NodeHealth> healths = new HashMap<>();
        healths.put(PRIMARY, health(PRIMARY, ofPrimary));
        healths.put(REPLICA, health(REPLICA, ofReplica));
        watch.look(map(replica), healths);
    }

    private static SlotMap map(Health replica) {
        Shard shard = new Shard("s", new Node("a", PRIMARY, Role.PRIMARY, null, Health.UP),
                List.of(new Node("b", REPLICA, Role.REPLICA, null, replica)));
        return SlotMap.builder().shard(shard, new SlotRange(0, 16_383)).build();
    }

    private static NodeHealth health(HostPort node, @Nullable String version) {
        NodeFigures figures = version == null ? null : new NodeFigures(version, 1, false, null, 0, 0, 0, 0);
        return new NodeHealth(node, true, 1, 1, null, null, figures, -1, -1);
    }
}
