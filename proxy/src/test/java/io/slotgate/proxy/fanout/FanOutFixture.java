package io.slotgate.proxy.fanout;

import io.slotgate.proxy.plane.FakeCluster;
import io.slotgate.proxy.plane.Plane;
import io.slotgate.proxy.plane.PlaneLimits;
import io.slotgate.proxy.plane.TestClient;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;

/** Three nodes with a key each, a proxy that bounds what it gathers, and a client. */
abstract class FanOutFixture {
    @AutoClose
    final FakeCluster cluster = new FakeCluster(3);
    @AutoClose
    final Plane plane = Plane.builder(cluster.map()).patience(Duration.ofSeconds(5))
            .limits(new PlaneLimits().output(32 * 1024, 1_000_000, 4_000_000)).start();
    final TestClient client = plane.client();
    final String a = cluster.key(0, "a");
    final String b = cluster.key(1, "b");
    final String c = cluster.key(2, "c");
}
