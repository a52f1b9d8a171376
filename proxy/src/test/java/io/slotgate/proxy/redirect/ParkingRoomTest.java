package io.slotgate.proxy.redirect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slotgate.proxy.command.SlotHash;
import io.slotgate.proxy.metrics.Metric;
import io.slotgate.proxy.plane.FakeCluster;
import io.slotgate.proxy.plane.Plane;
import io.slotgate.proxy.plane.PlaneLimits;
import io.slotgate.proxy.plane.TestClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A shard is lost, and its clients want to write more than may wait. */
@Timeout(60)
class ParkingRoomTest {
    private static final int MIB = 1 << 20;
    /** Five of them are less than 1 MiB, six are more. */
    private static final String VALUE = "v".repeat(200_000);

    @AutoClose
    private final FakeCluster cluster = new FakeCluster(3);
    @AutoClose
    private final Plane plane = Plane.builder(cluster.map())
            .limits(new PlaneLimits().parkedBytes(MIB).streamBytes(4 * MIB)).start();
    private final String key = cluster.key(0, "k");
    private final List<TestClient> waiting = new ArrayList<>();

    @BeforeEach
    void loseANode() {
        cluster.node(0).stop();
        plane.client();
        await().until(() -> plane.feedback.contains("unreachable " + cluster.node(0).address()));
        for (int i = 1; i <= 5; i++) {
            waiting.add(plane.client().ask("SET", key + i + "{" + key + "}", VALUE));
            plane.awaitCount(Metric.PARKED, i);
        }
    }

    @Test
    void whatHasNoRoomToWaitIsToldSoAtOnceAndOthersGoOn() {
        assertThat(plane.client().call("SET", key, VALUE)).isEqualTo("-CLUSTERDOWN no owner of slot "
                + SlotHash.slot(key)
                + " can be reached, and too many commands wait (limits.parked-bytes-per-worker: 1048576 bytes)");
        assertThat(plane.count(Metric.PARKED_REFUSED)).isEqualTo(1);
        assertThat(plane.count(Metric.PARKED_EXPIRED)).isZero();
        String elsewhere = cluster.key(1, "k");
        assertThat(plane.client().call("SET", elsewhere, VALUE)).isEqualTo("OK");
        // A small one has room, behind those that came before it.
        TestClient small = plane.client().ask("SET", key, "v");
        plane.awaitCount(Metric.PARKED, 6);

        cluster.node(0).start();

        assertThat(waiting).allSatisfy(client -> assertThat(client.reply()).isEqualTo("OK"));
        assertThat(small.reply()).isEqualTo("OK");
        plane.awaitCount(Metric.PARKED_BYTES, 0);
        await().until(() -> List.copyOf(plane.parkings).equals(List.of("7 parked, 1 expired")));
    }

    @Test
    void oneAloneHasRoomWhateverItsSize() {
        cluster.node(0).start();
        assertThat(waiting).allSatisfy(client -> assertThat(client.reply()).isEqualTo("OK"));
        cluster.node(0).stop();

        TestClient client = plane.client();
        client.ask("SET", key, VALUE.repeat(6));
        plane.awaitCount(Metric.PARKED, 1);
        cluster.node(0).start();

        assertThat(client.reply()).isEqualTo("OK");
    }

    @Test
    void howLongToWaitCanBeChangedLive() {
        plane.apply(Map.of("upstream.failover-patience", "0ms"));

        assertThat(waiting).allSatisfy(client -> assertThat(client.reply())
                .isEqualTo("-CLUSTERDOWN no owner of slot " + SlotHash.slot(key) + " could be reached for 0 ms"));
        assertThat(plane.count(Metric.PARKED)).isZero();
    }

    @Test
    void moreRoomCanBeMadeLive() {
        plane.apply(Map.of("limits.parked-bytes-per-worker", "2MiB"));
        TestClient client = plane.client().ask("SET", key, VALUE);
        plane.awaitCount(Metric.PARKED, 6);

        cluster.node(0).start();

        assertThat(client.reply()).isEqualTo("OK");
        assertThat(plane.count(Metric.PARKED_REFUSED)).isZero();
    }
}
