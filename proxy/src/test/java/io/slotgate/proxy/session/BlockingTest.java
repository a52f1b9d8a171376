package io.slotgate.proxy.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slotgate.proxy.metrics.Metric;
import io.slotgate.proxy.plane.Answer;
import io.slotgate.proxy.plane.Plane;
import io.slotgate.proxy.plane.PlaneLimits;
import io.slotgate.proxy.plane.TestClient;
import io.slotgate.proxy.upstream.Leases;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Blocking commands, which run on leases. */
@Timeout(60)
class BlockingTest extends BlockingFixture {
    @Test
    void othersAndWhatTheClientDidBeforeGoOnWhileItBlocks() {
        onBlocking(0, popped().after(gate));
        TestClient client = plane.client();
        TestClient other = plane.client();

        client.send(TestClient.command("SET", key, "1") + TestClient.command("BLPOP", key, "0")
                + TestClient.command("GET", key));
        assertThat(client.reply()).isEqualTo("OK");
        awaitBlocked(0, 1);

        assertThat(other.call("GET", key)).isEqualTo("1");
        assertThat(other.call("SET", key, "2")).isEqualTo("OK");
        assertThat(plane.count(Metric.LEASES)).isEqualTo(1);
        gate.complete(null);
        assertThat(client.replies(2)).containsExactly(POPPED, "2");
        assertThat(plane.count(Metric.LEASES)).isZero();
    }

    @Test
    void aLeaseIsUsedAgain() {
        onBlocking(0, popped());
        int before = cluster.node(0).connections();

        for (int i = 0; i < 20; i++) {
            assertThat(plane.client().call("BLPOP", key, "100")).isEqualTo(POPPED);
        }

        assertThat(cluster.node(0).connections()).isEqualTo(before + 1);
    }

    @Test
    void whoFindsAllLeasesTakenWaitsAndIsToldInTheEnd() {
        plane.close();
        plane = Plane.builder(cluster.map()).limits(new PlaneLimits().leases(1, 1, Duration.ofMillis(300))).start();
        onBlocking(0, popped().after(gate));
        TestClient first = plane.client().ask("BLPOP", key, "0");
        awaitBlocked(0, 1);
        TestClient second = plane.client().ask("BLPOP", key, "0");
        plane.awaitCount(Metric.LEASES_WAITING, 1);

        assertThat(plane.client().call("BLPOP", key, "0")).as("the queue is full").isEqualTo("-" + Leases.TOO_MANY)
                .endsWith("(limits.leases-per-node)");
        assertThat(second.reply()).as("waited for too long").isEqualTo("-" + Leases.TOO_MANY);
        assertThat(plane.count(Metric.LEASES_REFUSED)).isEqualTo(2);

        plane.apply(Map.of("limits.leases-per-node", "1", "limits.lease-queue", "1", "limits.lease-wait", "60s"));
        TestClient third = plane.client().ask("BLPOP", key, "0");
        plane.awaitCount(Metric.LEASES_WAITING, 1);
        gate.complete(null);
        assertThat(first.reply()).isEqualTo(POPPED);
        assertThat(third.reply()).isEqualTo(POPPED);
    }

    @ParameterizedTest
    @CsvSource({"false,(nil)", "true,-UNBLOCKED client unblocked via CLIENT UNBLOCK"})
    void aBlockedClientCanBeUnblocked(boolean error, String reply) {
        onBlocking(0, popped().after(gate));
        TestClient client = plane.client().ask("BLPOP", key, "0");
        awaitBlocked(0, 1);

        assertThat(plane.call(() -> session().unblock(error))).isTrue();

        assertThat(client.reply()).isEqualTo(reply);
        assertThat(plane.call(() -> session().unblock(error))).isFalse();
        assertThat(plane.count(Metric.LEASES)).isZero();
        assertThat(client.call("SET", key, "1")).isEqualTo("OK");
    }

    /** At its node: by cutting the lease an element could get lost. */
    @ParameterizedTest
    @CsvSource({"false,TIMEOUT", "true,ERROR"})
    void whatTheNodeGaveAwayBeforeAnUnblockStillComes(boolean error, String reason) {
        cluster.node(0).rule(command -> switch (command.name()) {
            case "blpop" -> popped().after(gate);
            case "client" -> Answer.integer(command.word(1).equals("ID") ? 77 : 0);
            default -> cluster.answer(0, command);
        });
        TestClient client = plane.client().ask("BLPOP", key, "0");
        awaitBlocked(0, 1);
        plane.call(() -> session().unblock(error));
        await().until(() -> cluster.node(0).commands("client").contains("CLIENT UNBLOCK 77 " + reason));

        gate.complete(null);

        assertThat(client.reply()).isEqualTo(POPPED);
        // It may still be unblocked, so nobody else gets it.
        plane.awaitCount(Metric.LEASES, 0);
        assertThat(client.call("SET", key, "1")).isEqualTo("OK");
        int before = cluster.node(0).connections();
        assertThat(client.call("BLPOP", key, "0")).isEqualTo(POPPED);
        assertThat(cluster.node(0).connections()).isEqualTo(before + 1);
    }

    private Session session() {
        return plane.channels().getFirst().pipeline().get(Session.class);
    }

    @Test
    void aLargeElementComesInParts() {
        onBlocking(0, Answer.large('e', 3 << 20));

        assertThat(plane.client().call("BLPOP", key, "0")).hasSize(3 << 20);
        assertThat(plane.client().call("BLPOP", key, "0")).hasSize(3 << 20);
        assertThat(plane.count(Metric.LEASES)).isZero();
    }

    @Test
    void keysOfSeveralSlotsAreRefused() {
        assertThat(plane.client().call("BLPOP", key, cluster.key(1, "x"), "0")).startsWith("-CROSSSLOT ");
        assertThat(plane.count(Metric.LEASES)).isZero();
    }

    @Test
    void withoutBlockStreamsAreReadOnTheSharedChannel() {
        onBlocking(0, popped());
        int before = cluster.node(0).connections();

        assertThat(plane.client().call("XREAD", "STREAMS", key, "0")).isEqualTo(POPPED);

        assertThat(cluster.node(0).connections()).isEqualTo(before);
    }
}
