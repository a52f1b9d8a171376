package io.slotgate.it;

import static io.slotgate.it.Faults.KEYS;
import static io.slotgate.it.Faults.mgetAll;
import static io.slotgate.it.Faults.patient;
import static org.assertj.core.api.Assertions.assertThat;

import io.slotgate.deploy.dev.LocalNode;
import io.slotgate.proxy.command.SlotHash;
import io.slotgate.proxy.metrics.Metric;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Connections to nodes fail: reads are answered, writes too or said to be uncertain, and no reply is another's. */
@Timeout(180)
class BadConnectionsIT {
    @RegisterExtension
    static final ProxyFixture proxy = new ProxyFixture().cluster(cluster -> cluster.shards(3).replicas(0))
            .upstream(upstream -> patient(upstream, Duration.ofSeconds(60))).throughRelays()
            .nodesFail();

    @Test
    void cutConnectionsCostAtMostWritesInFlightAndThoseAreToldHonestly() throws Exception {
        // Given
        Random random = new Random(31);
        List<FaultyLoad> loads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            loads.add(new FaultyLoad(proxy, i).start());
        }

        // When
        for (int i = 0; i < 40; i++) {
            proxy.relay(random.nextInt(3)).cut();
            loads.get(random.nextInt(loads.size())).awaitRounds(1 + random.nextInt(3));
        }

        // Then
        for (FaultyLoad load : loads) {
            load.awaitRounds(2);
            load.finish();
        }
        assertThat(loads.stream().mapToLong(FaultyLoad::uncertain).sum())
                .isEqualTo(proxy.metric(Metric.UNCERTAIN));
        assertThat(proxy.metric(Metric.UPSTREAM_FAILURES)).isPositive();
    }

    @Test
    void aNodeThatDoesNotAnswerHoldsNobodyElseUp() throws Exception {
        try (Wire client = proxy.connect(); Wire waiting = proxy.connect()) {
            for (String key : KEYS) {
                assertThat(client.raw("SET", key, "of " + key)).isEqualTo("+OK\r\n");
            }
            String stuck = keyOf(0);
            String other = keyOf(1);
            // When
            proxy.relay(0).pause();
            waiting.send("GET", stuck);
            waiting.send("GET", other);
            for (int i = 0; i < 200; i++) {
                assertThat(client.call("GET", other)).isEqualTo("of " + other);
            }
            assertThat(waiting.in().available()).as("the second reply must not overtake the first").isZero();
            proxy.relay(0).resume();
            // Then
            assertThat(waiting.read()).isEqualTo("of " + stuck);
            assertThat(waiting.read()).isEqualTo("of " + other);
        }
    }

    @Test
    void aNodeThatAnswersNonsenseIsCutOffUntilItMakesSenseAgain() throws Exception {
        try (Wire client = proxy.connect(); Wire other = proxy.connect()) {
            // Given
            for (String key : KEYS) {
                assertThat(client.raw("SET", key, "of " + key)).isEqualTo("+OK\r\n");
            }
            String bad = keyOf(2);
            // When
            proxy.relay(2).nonsense(true);
            client.send("SET", bad, "changed");
            client.send("GET", bad);
            client.send(mgetAll());
            // Then
            assertThat(client.readRaw()).startsWith("-UNCERTAIN ");
            for (int i = 0; i < 100; i++) {
                assertThat(other.call("GET", keyOf(1))).isEqualTo("of " + keyOf(1));
            }
            proxy.relay(2).nonsense(false);
            assertThat(client.read()).as("a read is sent again").isIn("changed", "of " + bad);
            List<?> all = (List<?>) Objects.requireNonNull(client.read());
            assertThat(all).hasSize(KEYS.size());
            for (int i = 0; i < KEYS.size(); i++) {
                String key = KEYS.get(i);
                assertThat(all.get(i)).isIn("of " + key, key.equals(bad) ? "changed" : "of " + key);
            }
            assertThat(other.call("SET", bad, "again")).isEqualTo("OK");
            assertThat(other.call("GET", bad)).isEqualTo("again");
        } finally {
            proxy.relay(2).nonsense(false);
        }
    }

    private String keyOf(int node) throws IOException {
        for (String key : KEYS) {
            if (proxy.cluster().nodes().indexOf(owner(key)) == node) {
                return key;
            }
        }
        throw new AssertionError("no key of node " + node);
    }

    /** By its first slot: the nodes announce other ports than they have. */
    private LocalNode owner(String key) {
        int slot = SlotHash.slot(key);
        return proxy.cluster().node(Math.min(2, slot * 3 / 16_384));
    }
}
