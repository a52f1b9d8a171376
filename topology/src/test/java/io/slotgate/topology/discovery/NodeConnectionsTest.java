package io.slotgate.topology.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotgate.topology.model.HostPort;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class NodeConnectionsTest {
    private static final long WHILE_MILLIS = 200;

    /** Who still resolves a name would then connect on threads that have ended. */
    @Test
    void closesWhenNobodyIsAboutToConnect() throws InterruptedException {
        CountDownLatch asked = new CountDownLatch(1);
        AtomicBoolean resolved = new AtomicBoolean();
        HostPort node = new HostPort("node.invalid", 7000);
        NodeConnections connections = new NodeConnections(
                new ClusterAccess(List.of(node), null, null, null, Duration.ofSeconds(1), Duration.ofSeconds(1)),
                name -> {
                    asked.countDown();
                    sleepWhateverComes();
                    resolved.set(true);
                    return new InetAddress[]{InetAddress.getLoopbackAddress()};
                });
        connections.to(node);
        asked.await();

        connections.close();

        assertThat(resolved).isTrue();
    }

    /** As a resolver of the system does, which no interrupt ends. */
    private static void sleepWhateverComes() {
        long end = System.nanoTime() + Duration.ofMillis(WHILE_MILLIS).toNanos();
        while (System.nanoTime() < end) {
            try {
                Thread.sleep(1);
            } catch (InterruptedException e) {
                // Goes on.
            }
        }
    }
}
