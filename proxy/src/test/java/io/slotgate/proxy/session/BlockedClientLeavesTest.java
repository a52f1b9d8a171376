package io.slotgate.proxy.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slotgate.proxy.metrics.Metric;
import io.slotgate.proxy.plane.Answer;
import io.slotgate.proxy.plane.Plane;
import io.slotgate.proxy.plane.PlaneLimits;
import io.slotgate.proxy.plane.TestClient;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that leave while they block, or have said goodbye before. */
@Timeout(60)
class BlockedClientLeavesTest extends BlockingFixture {
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aClientThatLeavesClosesItsLeaseAtOnce(boolean halfClosed) {
        onBlocking(0, popped().after(gate));
        long ready = plane.count(Metric.UPSTREAM_READY);
        TestClient client = plane.client().ask("BLPOP", key, "0");
        awaitBlocked(0, 1);
        assertThat(plane.count(Metric.UPSTREAM_READY)).isEqualTo(ready + 1);

        if (halfClosed) {
            client.endInput();
        } else {
            client.close();
        }

        plane.awaitCount(Metric.SESSIONS, 0);
        assertThat(plane.count(Metric.UPSTREAM_READY)).isEqualTo(ready);
        assertThat(plane.count(Metric.LEASES)).isZero();
        assertThat(plane.feedback).isEmpty();
    }

    @Test
    void aClientWithCommandsBehindIsSeenToLeaveToo() {
        onBlocking(0, popped().after(gate));
        TestClient client = plane.client()
                .send(TestClient.command("BLPOP", key, "0") + TestClient.command("GET", key).repeat(100));
        awaitBlocked(0, 1);

        client.close();

        plane.awaitCount(Metric.SESSIONS, 0);
        assertThat(plane.count(Metric.LEASES)).isZero();
    }

    @Test
    void whoHadSaidGoodbyeBeforeGetsWhatIsThereAtOnce() {
        List<CompletableFuture<Void>> said = new CopyOnWriteArrayList<>();
        cluster.node(0).rule(command -> command.is("set")
                ? Answer.OK.after(said.getLast())
                : blocks(command) ? popped() : cluster.answer(0, command));
        // The node has a tenth of a second, which may pass on a busy machine before it has even read the command.
        await().until(() -> {
            said.add(new CompletableFuture<>());
            TestClient client = plane.client()
                    .send(TestClient.command("SET", key, "1") + TestClient.command("BLPOP", key, "0"));
            client.endInput();
            said.getLast().complete(null);
            assertThat(client.reply()).isEqualTo("OK");
            return client.rest().equals("*2\r\n$1\r\nq\r\n$1\r\ne\r\n");
        });
    }

    @Test
    void whoHadSaidGoodbyeBeforeIsNotWaitedFor() {
        cluster.node(0).rule(command -> blocks(command) ? popped().after(gate) : cluster.answer(0, command));
        TestClient client = plane.client()
                .send(TestClient.command("SET", key, "1") + TestClient.command("BLPOP", key, "0"));
        client.endInput();

        assertThat(client.reply()).isEqualTo("OK");
        assertThat(client.rest()).isIn("", "*-1\r\n");
    }

    @Test
    void whoLeavesWhileItWaitsForALeaseIsForgotten() {
        plane.close();
        plane = Plane.builder(cluster.map()).limits(new PlaneLimits().leases(1, 10, Duration.ofSeconds(20))).start();
        onBlocking(0, popped().after(gate));
        TestClient first = plane.client().ask("BLPOP", key, "0");
        awaitBlocked(0, 1);
        TestClient second = plane.client().ask("BLPOP", key, "0");
        plane.awaitCount(Metric.LEASES_WAITING, 1);

        second.reset();

        plane.awaitCount(Metric.LEASES_WAITING, 0);
        gate.complete(null);
        assertThat(first.reply()).isEqualTo(POPPED);
        assertThat(blocking(0)).hasSize(1);
    }
}
