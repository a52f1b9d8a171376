package io.slotgate.topology.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slotgate.topology.model.Health;
import io.slotgate.topology.model.SlotMap;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nodes that answer nonsense, hang, or are gone, and how it is known. */
class UnwellNodesTest extends DiscoveryFixture {
    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 400 Bad Request\r\n\r\n", "$5\r\nhello\r\n", ":7\r\n", "*1\r\n$1\r\nx\r\n",
        "$-1\r\n",
        "*-1\r\n", "+OK\r\n", "-ERR unknown command\r\n", "$999999999999999999999\r\n", "\u0000\u0001\u0002\r\n",
        "*1000000000\r\n"})
    void aSeedThatAnswersNonsenseIsPassedOver(String nonsense) throws Exception {
        healthy();
        try (FakeNode bad = new FakeNode()) {
            bad.answer(command -> nonsense);

            SlotMap map = discover(SELDOM, null, bad.address(), a.address()).start().get(40, TimeUnit.SECONDS);

            assertThat(map.coveredSlots()).isEqualTo(SlotMap.SLOTS);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 400 Bad Request\r\n\r\n", "$5\r\nhello\r\n", ":7\r\n", "$-1\r\n",
        "*3\r\n*0\r\n:1\r\n$-1\r\n"})
    void aNodeThatStartsToAnswerNonsenseDoesNotStopTheOthers(String nonsense) throws Exception {
        healthy();
        discover(SELDOM, null, a.address()).start().get(40, TimeUnit.SECONDS);
        await().until(() -> b.asked.get() > 0);

        b.answer(command -> nonsense);
        a.answer(cluster(A, 5, "0-16383", 2, ""));
        refreshUntil(() -> table.current().epoch(16383) == 5);

        assertThat(primary(table.current(), 16383).id()).isEqualTo(A);
        refreshUntil(() -> health(B) == Health.SUSPECTED);
        b.answer(cluster(B, 5, "0-16383", 2, ""));
        refreshUntil(() -> health(B) == Health.UP);
    }

    @Test
    void aHangingSeedDoesNotDelayTheOthers() throws Exception {
        healthy();
        try (FakeNode hanging = new FakeNode()) {
            hanging.answer(command -> null);

            discover(SELDOM, null, hanging.address(), a.address()).start().get(40, TimeUnit.SECONDS);

            assertThat(table.current().coveredSlots()).isEqualTo(SlotMap.SLOTS);
        }
    }

    @Test
    void aNodeThatHangsIsSuspectedUntilItAnswers() throws Exception {
        healthy();
        discovery = new Discovery(new ClusterAccess(List.of(a.address()), null, null, null, IMPATIENT, IMPATIENT),
                new DiscoverySettings(SELDOM, GAP, 3), table);
        discovery.start().get(40, TimeUnit.SECONDS);
        await().until(() -> b.asked.get() > 0);

        b.answer(command -> null);
        refreshUntil(() -> health(B) == Health.SUSPECTED);
        healthy();
        refreshUntil(() -> health(B) == Health.UP);
    }

    @Test
    void aNodeThatAnswersAProbeWithAnErrorIsThere() throws Exception {
        healthy();
        Discovery asking = discover(SELDOM, null, a.address());
        asking.start().get(40, TimeUnit.SECONDS);

        assertThat(asking.probe(b.address()).get(40, TimeUnit.SECONDS)).isTrue();
        b.answer(command -> "-BUSY Valkey is busy running a script.\r\n");
        assertThat(asking.probe(b.address()).get(40, TimeUnit.SECONDS)).isTrue();
        for (int i = 0; i < 50; i++) {
            // What a refresh does about such an answer must not disturb the probe.
            asking.requestRefresh("test");
            assertThat(asking.probe(b.address()).get(40, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(asking.probe(closedPort()).get(40, TimeUnit.SECONDS)).isFalse();
    }

    @Test
    void aNodeThatAnswersNoProbeIsLostThoughOthersAreAskedMeanwhile() throws Exception {
        healthy();
        discovery = new Discovery(new ClusterAccess(List.of(a.address()), null, null, null, IMPATIENT, IMPATIENT),
                new DiscoverySettings(SELDOM, GAP, 1), table);
        discovery.start().get(40, TimeUnit.SECONDS);
        await().until(() -> b.asked.get() > 0);
        b.answer(command -> null);

        long begun = System.nanoTime();
        CompletableFuture<Boolean> there = discovery.probe(b.address());
        while (!there.isDone()) {
            discovery.requestRefresh("test");
            Thread.onSpinWait();
        }

        assertThat(there.get()).isFalse();
        assertThat(System.nanoTime() - begun).as("it had its time").isGreaterThan(IMPATIENT.toNanos());
        await().until(() -> health(B) == Health.SUSPECTED);
    }

    @Test
    void tellsHowEachNodeIs() throws Exception {
        healthy();
        Discovery asking = discover(SELDOM, null, a.address());
        asking.start().get(40, TimeUnit.SECONDS);
        await().until(() -> asking.nodeHealth().size() == 2);

        assertThat(asking.nodeHealth()).containsOnlyKeys(a.address(), b.address());
        await().untilAsserted(() -> assertThat(asking.nodeHealth().values()).allSatisfy(health -> {
            assertThat(health.connected()).isTrue();
            assertThat(health.probeMicros()).isPositive();
            assertThat(health.meanProbeMicros()).isPositive();
            assertThat(health.failure()).isNull();
            assertThat(health.figures()).isNotNull();
        }));
        b.close();
        await().until(() -> !Objects.requireNonNull(asking.nodeHealth().get(b.address())).connected());
        refreshUntil(() -> Objects.requireNonNull(asking.nodeHealth().get(b.address())).failure() != null);
        assertThat(asking.nodeHealth().get(a.address())).satisfies(
                health -> assertThat(Objects.requireNonNull(health).failure()).isNull());
    }
}
