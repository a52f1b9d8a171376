package io.slotgate.proxy.redirect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slotgate.proxy.config.ReplayWrites;
import io.slotgate.proxy.config.Upstream;
import io.slotgate.proxy.metrics.Metric;
import io.slotgate.proxy.plane.Answer;
import io.slotgate.proxy.plane.FakeCluster;
import io.slotgate.proxy.plane.Plane;
import io.slotgate.proxy.plane.TestClient;
import io.slotgate.topology.model.HostPort;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of writes whose node is lost before it answers, where idempotent ones are to be sent again. */
class IdempotentWritesTest {
    @AutoClose
    private final FakeCluster cluster = new FakeCluster(2);

    private static Upstream upstream(ReplayWrites replay) {
        return new Upstream(List.of(new HostPort("127.0.0.1", 1)), null, null, null, Duration.ofSeconds(10),
                Duration.ofMillis(1), Duration.ofMillis(20), Duration.ofSeconds(20), Duration.ofSeconds(60), replay);
    }

    @ParameterizedTest
    @CsvSource({"SET k v,true", "SET k v EX 10,true", "SET k v px 10,true", "SETEX k 10 v,true", "MSET k v,true",
        "HMSET k f v,true", "SETRANGE k 3 v,true", "LSET k 0 v,true", "SET k v NX,false", "SET k v KEEPTTL,false",
        "SET k v EX 10 NX,false", "SET k v GET,false", "DEL k,false", "INCR k,false", "APPEND k v,false",
        "HSET k f v,false", "SADD k v,false", "EXPIRE k 10,false", "GETSET k v,false", "LPUSH k v,false",
        "SETNX k v,false"})
    void onlyWhatSaysTheWholeValueIsSentAgain(String command, boolean again) {
        try (Plane plane = Plane.builder(cluster.map()).upstream(upstream(ReplayWrites.IDEMPOTENT)).start()) {
            String key = cluster.key(0, "k");
            String[] words = command.replace(" k", " " + key).split(" ");
            AtomicInteger asked = new AtomicInteger();
            cluster.node(0).rule(sent -> sent.is(words[0].toLowerCase(Locale.ROOT))
                    ? asked.incrementAndGet() == 1 ? Answer.CLOSE : Answer.OK
                    : cluster.answer(0, sent));
            TestClient client = plane.client();

            String reply = client.call(words);

            assertThat(reply).startsWith(again ? "OK" : "-UNCERTAIN");
            assertThat(asked.get()).isEqualTo(again ? 2 : 1);
            assertThat(plane.count(Metric.REPLAYED_WRITES)).isEqualTo(again ? 1 : 0);
            assertThat(plane.count(Metric.UNCERTAIN)).isEqualTo(again ? 0 : 1);
        }
    }

    @ParameterizedTest
    @CsvSource({"NEVER", "IDEMPOTENT"})
    void transactionsNeverAre(ReplayWrites replay) {
        try (Plane plane = Plane.builder(cluster.map()).upstream(upstream(replay)).start()) {
            String key = cluster.key(0, "k");
            cluster.node(0).rule(sent -> sent.is("exec") ? Answer.CLOSE : cluster.answer(0, sent));
            TestClient client = plane.client();
            client.call("MULTI");
            client.call("SET", key, "v");
            assertThat(client.call("EXEC")).startsWith("-UNCERTAIN");
            await().until(() -> cluster.node(0).commands("exec").size() == 1);
        }
    }
}
