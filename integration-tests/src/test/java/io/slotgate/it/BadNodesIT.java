package io.slotgate.it;

import static io.slotgate.it.Faults.KEYS;
import static io.slotgate.it.Faults.patient;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slotgate.deploy.dev.LocalNode;
import io.slotgate.proxy.command.SlotHash;
import io.slotgate.proxy.metrics.Metric;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Nodes fail: reads are answered, writes too or said to be uncertain, and no reply is another's. */
@Timeout(180)
class BadNodesIT {
    @RegisterExtension
    static final ProxyFixture proxy = new ProxyFixture()
            .upstream(upstream -> patient(upstream, Duration.ofSeconds(60)))
            .nodesFail();

    @Test
    void aReplicaThatDiesIsNotNoticed() throws Exception {
        try (Neighbour neighbour = new Neighbour(proxy)) {
            neighbour.awaitRounds(10);
            LocalNode replica = replica();
            replica.kill();
            neighbour.awaitRounds(200);
            replica.restart();
            proxy.cluster().awaitStable(ProxyFixture.PATIENCE);
            neighbour.awaitRounds(10);
        }
    }

    private static LocalNode replica() throws IOException {
        for (LocalNode node : proxy.cluster().nodes()) {
            if (node.text("INFO", "replication").contains("role:slave")) {
                return node;
            }
        }
        throw new AssertionError("no replica");
    }

    /** It keeps its connections, and goes on where it was: what it says then about commands sent before is worth nothing. */
    @Test
    void whatAPrimaryThatHungSaysAfterItWasReplacedIsNotTaken() throws Exception {
        try (Wire client = proxy.connect()) {
            // Given
            String key = KEYS.getFirst();
            assertThat(client.raw("SET", key, "1")).isEqualTo("+OK\r\n");
            LocalNode primary = proxy.cluster().owner(SlotHash.slot(key));
            assertThat(primary.call("WAIT", "1", "5000")).isEqualTo(1L);

            // When
            primary.pause();
            try {
                client.send("INCR", key);
                client.send("GET", key);

                // Then: answered before it goes on
                assertThat(client.readRaw()).startsWith("-UNCERTAIN ");
                assertThat(client.read()).isEqualTo("1");
                assertThat(client.call("INCR", key)).isEqualTo(2L);
            } finally {
                primary.resume();
            }
            proxy.cluster().awaitStable(ProxyFixture.PATIENCE);
            assertThat(client.call("INCR", key)).isEqualTo(3L);
        }
    }

    @Test
    void whoWaitsForAStreamWaitsOnWhenThePrimaryDies() throws Exception {
        String key = KEYS.getFirst();
        try (Wire end = proxy.connect();
                Wire entry = proxy.connect();
                Wire pop = proxy.connect();
                Wire other = proxy.connect()) {
            // Given
            assertThat(other.call("DEL", key)).isNotNull();
            assertThat(other.call("XADD", key, "1-1", "f", "old")).isEqualTo("1-1");
            LocalNode primary = proxy.cluster().owner(SlotHash.slot(key));
            assertThat(primary.call("WAIT", "1", "5000")).isEqualTo(1L);
            end.send("XREAD", "BLOCK", "0", "STREAMS", key, "$");
            entry.send("XREAD", "BLOCK", "0", "STREAMS", key, "1-1");
            pop.send("BLPOP", "{" + key + "}list", "0");
            await().atMost(ProxyFixture.PATIENCE)
                    .until(() -> primary.text("INFO", "clients").contains("blocked_clients:3"));

            // When
            primary.kill();

            // Then: who would have taken something can't know, and who reads knows of nothing
            assertThat(pop.readRaw()).startsWith("-UNCERTAIN ");
            await().atMost(ProxyFixture.PATIENCE)
                    .until(() -> !other.raw("XADD", key, "2-1", "f", "new").startsWith("-UNCERTAIN "));
            String expected = "[[" + key + ", [[2-1, [f, new]]]]]";
            assertThat(end.read()).hasToString(expected);
            assertThat(entry.read()).hasToString(expected);
            assertThat(other.call("DEL", key)).isEqualTo(1L);
            primary.restart();
            proxy.cluster().awaitStable(ProxyFixture.PATIENCE);
        }
    }

    @Test
    void aScriptIsKnownToTheReplicaThatTakesOver() throws Exception {
        String key = KEYS.get(1);
        String body = "return redis.call('INCR', KEYS[1])";
        try (Wire client = proxy.connect(); Wire other = proxy.connect()) {
            // Given
            client.call("DEL", key);
            assertThat(client.call("EVAL", body, "1", key)).isEqualTo(1L);
            String sha = String.valueOf(client.call("SCRIPT", "LOAD", body));
            LocalNode primary = proxy.cluster().owner(SlotHash.slot(key));
            assertThat(primary.call("WAIT", "1", "5000")).isEqualTo(1L);

            // When
            primary.kill();

            // Then
            int uncertain = 0;
            String reply = client.raw("EVALSHA", sha, "1", key);
            while (reply.startsWith("-UNCERTAIN ")) {
                uncertain++;
                reply = client.raw("EVALSHA", sha, "1", key);
            }
            assertThat(reply).startsWith(":");
            assertThat(Integer.parseInt(reply, 1, reply.length() - 2, 10)).isBetween(2, 2 + uncertain);
            LocalNode next = proxy.cluster().owner(SlotHash.slot(key));
            assertThat(next).isNotEqualTo(primary);
            assertThat(next.call("SCRIPT", "FLUSH")).isEqualTo("OK");
            for (String command : List.of("MULTI", "EVALSHA " + sha + " 1 " + key, "EXEC")) {
                other.send(command.split(" "));
            }
            assertThat(other.readRaw()).isEqualTo("+OK\r\n");
            assertThat(other.readRaw()).isEqualTo("+QUEUED\r\n");
            assertThat(other.readRaw()).startsWith("*1\r\n:");
            client.call("DEL", key);
            primary.restart();
            proxy.cluster().awaitStable(ProxyFixture.PATIENCE);
        }
    }

    @Test
    void afterThePrimaryDiedItsReplicaServes() throws Exception {
        // Given
        LocalNode primary = proxy.cluster().owner(0);
        String id = primary.id();
        List<FaultyLoad> loads = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            loads.add(new FaultyLoad(proxy, 10 + i).start());
        }
        for (FaultyLoad load : loads) {
            load.awaitRounds(5);
        }

        // When
        primary.kill();

        // Then
        for (FaultyLoad load : loads) {
            load.awaitRounds(20);
        }
        assertThat(proxy.cluster().owner(0).id()).isNotEqualTo(id);
        for (FaultyLoad load : loads) {
            load.finish();
        }
        assertThat(proxy.metric(Metric.PARKED_EXPIRED)).isZero();
        primary.restart();
        proxy.cluster().awaitStable(ProxyFixture.PATIENCE);
    }
}
