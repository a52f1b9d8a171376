package io.slotgate.proxy.session;

import static io.slotgate.proxy.session.TrackingClients.turnOn;

import io.slotgate.proxy.config.TrackingLimits;
import io.slotgate.proxy.plane.FakeCluster;
import io.slotgate.proxy.plane.FakeTracking;
import io.slotgate.proxy.plane.Plane;
import io.slotgate.proxy.plane.PlaneLimits;
import io.slotgate.proxy.plane.TestClient;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;

/** Three nodes that tell what changes, a proxy that bounds what is tracked, and two of its clients. */
abstract class TrackingFixture {
    @AutoClose
    final FakeCluster cluster = new FakeCluster(3);
    final FakeTracking nodes = new FakeTracking(cluster);
    @AutoClose
    final Plane plane = Plane.builder(cluster.map()).patience(Duration.ofSeconds(5)).limits(
            new PlaneLimits().tracking(new TrackingLimits(1000, 1 << 20, 4))).start();
    final TestClient client = plane.client();
    final TestClient other = plane.client();

    void track(String... options) {
        client.call("HELLO", "3");
        turnOn(client, options);
    }
}
