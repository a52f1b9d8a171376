package io.slotgate.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slotgate.admin.Contract.Answer;
import io.slotgate.admin.view.HoldingProxy;
import io.slotgate.topology.history.NodeName;
import io.slotgate.topology.history.TopologyEvent;
import io.slotgate.topology.model.Cause;
import io.slotgate.topology.model.Health;
import io.slotgate.topology.model.HostPort;
import io.slotgate.topology.model.Role;
import io.slotgate.topology.model.SlotRange;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Everything that can happen, as the API tells it. */
@Timeout(60)
class ContractEventsTest {
    private static final String ADMIN = Tokens.of("admin");
    private static final HostPort ADDRESS = new HostPort("10.0.0.1", 7000);
    private static final NodeName A = new NodeName("a", ADDRESS);
    private static final NodeName B = new NodeName("b", new HostPort("10.0.0.2", 7000));
    private static final List<SlotRange> SLOTS = List.of(new SlotRange(1, 3));
    private static final List<TopologyEvent> EVENTS = List.of(new TopologyEvent.ClusterFound(3, 6, 16384),
            new TopologyEvent.NodeAdded(A, Role.REPLICA, null), new TopologyEvent.NodeAdded(B, Role.PRIMARY, "z"),
            new TopologyEvent.NodeRemoved(B), new TopologyEvent.NodeHealthChanged(A, Health.UP, Health.FAILED),
            new TopologyEvent.RoleChanged(A, Role.REPLICA, Role.PRIMARY), new TopologyEvent.ReplicaMoved(A, B, A),
            new TopologyEvent.AddressChanged(A, ADDRESS, B.address()), new TopologyEvent.ZoneChanged(A, "y", "z"),
            new TopologyEvent.ZoneChanged(B, "y", null), new TopologyEvent.FailedOver("s", A, B),
            new TopologyEvent.ShardAdded("s", A), new TopologyEvent.ShardRemoved("s", A),
            new TopologyEvent.MoveBegan(SLOTS, A, B), new TopologyEvent.MoveEnded(SLOTS, A, B),
            new TopologyEvent.SlotsMoved(SLOTS, null, B), new TopologyEvent.SlotsMoved(SLOTS, A, null),
            new TopologyEvent.CommandsParked(5, 1, Duration.ofMillis(20)), new TopologyEvent.ConnectionsCut(ADDRESS),
            new TopologyEvent.ConnectionsLost(ADDRESS, 4, 54, 4),
            new TopologyEvent.ReplicaAvoided(ADDRESS), new TopologyEvent.ReplicaUsed(ADDRESS),
            new TopologyEvent.MemberJoined("p1", null), new TopologyEvent.MemberJoined("p2", "z"),
            new TopologyEvent.MemberLeft("p1"), new TopologyEvent.SettingsChanged(3, List.of("reads.policy")),
            new TopologyEvent.CutOff(1, 3), new TopologyEvent.CutOffEnded(2, 3), new TopologyEvent.DrainBegan(9),
            new TopologyEvent.DrainEnded(0), new TopologyEvent.DrainCancelled(2),
            new TopologyEvent.Noted("restart", "begun"));

    private final HoldingProxy proxy = new HoldingProxy();

    @RegisterExtension
    final AdminFixture admin = AdminFixture.withTokens().of(proxy);

    @Test
    void areAllInThisTest() {
        assertThat(EVENTS.stream().map(Object::getClass).distinct())
                .hasSameSizeAs(TopologyEvent.class.getPermittedSubclasses());
    }

    @Test
    void areToldInWords() throws IOException, InterruptedException {
        EVENTS.forEach(event -> proxy.history.record(event, Cause.operator("a test")));

        Answer answer = admin.contract().call("GET", "/api/v1/events", null, ADMIN);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).contains("\"kind\":\"failed-over\"", "\"kind\":\"restart\"").doesNotContain("null",
                "Optional", "@");
    }

    @Test
    void comeInParts() throws IOException, InterruptedException {
        Stream.of("a", "b", "c")
                .forEach(what -> proxy.history.record(new TopologyEvent.Noted(what, what), Cause.proxy("")));

        Answer first = admin.contract().call("GET", "/api/v1/events?limit=2", null, ADMIN);
        Answer second = admin.contract().call("GET", "/api/v1/events?limit=2&after=2", null, ADMIN);

        assertThat(first.body()).contains("\"kind\":\"a\"", "\"kind\":\"b\"", "\"next\":2")
                .doesNotContain("\"kind\":\"c\"");
        assertThat(second.body()).contains("\"kind\":\"c\"").doesNotContain("\"kind\":\"b\"", "next");
    }

    @Test
    void areToldAsTheyHappen() throws IOException, InterruptedException {
        CompletableFuture<Void> heard = CompletableFuture.runAsync(() -> {
            try {
                admin.contract().listenFor(Set.of("topology", "figures", "event", "settings"), Tokens.of("viewer"));
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });

        // When exactly the stream is open can't be seen from here; so until it has told.
        AtomicInteger turns = new AtomicInteger();
        await().pollInterval(Duration.ofMillis(20)).until(() -> {
            int turn = turns.incrementAndGet();
            proxy.history.record(new TopologyEvent.Noted("turn-" + turn, "of this test"), Cause.operator("a test"));
            admin.contract().call("PATCH", "/api/v1/settings", "{\"set\":{\"limits.connections\":\"" + turn + "\"}}",
                    ADMIN);
            return heard.isDone();
        });

        heard.join();
    }
}
