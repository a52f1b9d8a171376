package io.slotgate.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slotgate.proxy.plane.Answer;
import io.slotgate.proxy.plane.Command;
import io.slotgate.proxy.plane.FakeNode;
import io.slotgate.topology.discovery.ClusterAccess;
import io.slotgate.topology.discovery.Discovery;
import io.slotgate.topology.discovery.DiscoverySettings;
import io.slotgate.topology.model.HostPort;
import io.slotgate.topology.table.TopologyTable;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of a worker's word that a node leaves commands unanswered. */
@Timeout(120)
class NodeProbesTest {
    private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration SELDOM = Duration.ofHours(1);

    private final FakeNode busy = new FakeNode(NodeProbesTest::answer);
    private final FakeNode hanging = new FakeNode(command -> Answer.NOTHING);
    private final Discovery discovery = new Discovery(
            new ClusterAccess(List.of(busy.address()), null, null, null, PROBE_TIMEOUT, PROBE_TIMEOUT),
            new DiscoverySettings(SELDOM, SELDOM, 1), new TopologyTable());
    private final Map<HostPort, Long> lost = new ConcurrentHashMap<>();
    private final NodeProbes probes = new NodeProbes(discovery, lost::put);

    @AfterEach
    void close() {
        discovery.close();
        busy.close();
        hanging.close();
    }

    private static Answer answer(Command command) {
        if (command.is("info")) {
            return Answer.error("BUSY Valkey is busy running a script.");
        }
        return command.is("hello") ? Answer.error("ERR unknown command") : Answer.OK;
    }

    @Test
    void aNodeThatAnswersProbesIsNeverLostHoweverOftenWorkersComplain() {
        discovery.start();
        // The next probe of a node begins when the one before has come to its end.
        for (int probe = 1; probe <= 20; probe++) {
            int before = busy.commands("info").size();
            await().until(() -> {
                probes.report(busy.address());
                return busy.commands("info").size() > before;
            });
        }

        assertThat(lost).isEmpty();
    }

    @Test
    void aNodeThatAnswersNoProbeIsLostSinceTheProbeBegan() {
        discovery.start();
        long before = System.nanoTime();
        probes.report(hanging.address());
        long after = System.nanoTime();

        await().until(() -> lost.containsKey(hanging.address()));

        assertThat(lost.get(hanging.address())).isBetween(before, after);
    }
}
