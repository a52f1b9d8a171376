package io.slotgate.proxy.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slotgate.proxy.metrics.Metric;
import io.slotgate.proxy.plane.FakeCluster;
import io.slotgate.proxy.plane.Plane;
import io.slotgate.proxy.plane.PlaneLimits;
import io.slotgate.proxy.plane.TestClient;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients that don't read what they asked for. */
@Timeout(60)
class SlowClientTest {
    private static final String VALUE = "x".repeat(10_000);

    @AutoClose
    private final FakeCluster cluster = new FakeCluster(1);
    @AutoClose
    private Plane plane = start(new PlaneLimits().output(32 * 1024, 1_000_000, 4_000_000));

    private Plane start(PlaneLimits limits) {
        cluster.put("k", VALUE);
        return Plane.builder(cluster.map()).sendBufferBytes(16 * 1024).limits(limits.pendingPerSession(16)).start();
    }

    @Test
    void oneThatReadsAgainGetsEverything() {
        TestClient client = plane.client(8 * 1024);
        Thread sending = sendGets(client, 1000);
        awaitUnread(1);

        for (int i = 0; i < 1000; i++) {
            assertThat(client.reply()).isEqualTo(VALUE);
        }
        assertThat(sending).satisfies(Thread::join);
        plane.sweep();
        assertThat(plane.count(Metric.OUTPUT_BYTES)).isZero();
    }

    @Test
    void itIsNotAskedForMoreThanItsShare() {
        sendGets(plane.client(8 * 1024), 10_000);
        TestClient other = plane.client();
        awaitUnread(100_000);

        // However long it goes on, and while others are served.
        for (int i = 0; i < 200; i++) {
            assertThat(other.call("GET", "none")).isEqualTo("(nil)");
        }
        plane.sweep();

        assertThat(plane.count(Metric.OUTPUT_BYTES)).isLessThan(1_000_000);
        assertThat(plane.count(Metric.SLOW_CLIENTS)).isZero();
    }

    @Test
    void itIsClosedWhenItHasReadNothingForTooLong() {
        plane.close();
        plane = start(
                new PlaneLimits().output(32 * 1024, 1_000_000, 4_000_000).slowClientTimeout(Duration.ofSeconds(1)));
        sendGets(plane.client(8 * 1024), 1000);
        TestClient other = plane.client();

        await().until(() -> {
            plane.sweep();
            return plane.count(Metric.SLOW_CLIENTS) == 1;
        });

        plane.awaitCount(Metric.SESSIONS, 1);
        assertThat(other.call("GET", "k")).isEqualTo(VALUE);
    }

    @Test
    void thoseThatTogetherKeepTooMuchAreClosedTheWorstFirst() {
        plane.close();
        plane = start(new PlaneLimits().output(32 * 1024, 400_000, 400_000));
        for (int i = 0; i < 8; i++) {
            sendGets(plane.client(8 * 1024), 1000);
        }
        TestClient other = plane.client();

        await().until(() -> {
            plane.sweep();
            return plane.count(Metric.SLOW_CLIENTS) >= 3;
        });

        // Until those that are left have all that they are given, too.
        await().until(() -> {
            plane.sweep();
            return plane.count(Metric.OUTPUT_BYTES) <= 400_000;
        });
        assertThat(plane.count(Metric.SLOW_CLIENTS)).isLessThan(8);
        assertThat(other.call("GET", "k")).isEqualTo(VALUE);
    }

    private static Thread sendGets(TestClient client, int count) {
        return Thread.ofVirtual().start(() -> {
            String gets = TestClient.command("GET", "k").repeat(10);
            for (int i = 0; i < count / 10; i++) {
                client.send(gets);
            }
        });
    }

    private void awaitUnread(long bytes) {
        await().until(() -> {
            plane.sweep();
            return plane.count(Metric.OUTPUT_BYTES) >= bytes;
        });
    }
}
