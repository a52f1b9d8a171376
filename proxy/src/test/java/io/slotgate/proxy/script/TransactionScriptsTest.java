package io.slotgate.proxy.script;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotgate.proxy.command.SlotHash;
import io.slotgate.proxy.metrics.Metric;
import io.slotgate.proxy.plane.Command;
import io.slotgate.proxy.plane.FakeCluster;
import io.slotgate.proxy.plane.FakeScripts;
import io.slotgate.proxy.plane.Plane;
import io.slotgate.proxy.plane.TestClient;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A transaction finds its scripts wherever it runs: there is no second try once it has begun. */
@Timeout(60)
class TransactionScriptsTest {
    private static final String BODY = "return ARGV[1]";
    private static final String SHA = FakeScripts.sha(BODY);
    private static final String LOAD = "SCRIPT LOAD " + BODY;

    @AutoClose
    private final FakeCluster cluster = new FakeCluster(3);
    @AutoClose
    private final Plane plane = Plane.over(cluster);
    private final String here = cluster.key(0, "k");
    private final String there = cluster.key(1, "k");
    private final TestClient client = plane.client();

    private List<String> sentTo(int node) {
        return cluster.node(node).commands().stream().map(Command::toString).toList();
    }

    private String evalsha(String key, String argument) {
        return TestClient.command("EVALSHA", SHA, "1", key, argument);
    }

    private List<String> transaction(String... commands) {
        client.ask("MULTI").send(String.join("", commands)).ask("EXEC");
        return client.replies(commands.length + 2);
    }

    @Test
    void aScriptShownElsewhereIsLoadedBeforeMulti() {
        assertThat(client.call("EVAL", BODY, "1", here, "a")).isEqualTo("a");

        assertThat(transaction(evalsha(there, "b"), evalsha(there, "c"))).last().isEqualTo("[b, c]");
        assertThat(transaction(evalsha(there, "d"))).last().isEqualTo("[d]");

        String called = "EVALSHA " + SHA + " 1 " + there + " ";
        assertThat(sentTo(1)).containsExactly(LOAD, "MULTI", called + "b", called + "c", "EXEC", "MULTI", called + "d",
                "EXEC");
        assertThat(plane.count(Metric.SCRIPTS_LOADED)).isEqualTo(1);
    }

    @Test
    void aScriptShownInATransactionIsKnownEverywhere() {
        assertThat(transaction(TestClient.command("EVAL", BODY, "1", here, "a"),
                TestClient.command("EVALSHA", SHA.toUpperCase(Locale.ROOT), "1", here, "b"))).last()
                .isEqualTo("[a, b]");
        assertThat(transaction(evalsha(there, "b"))).last().isEqualTo("[b]");
        String third = cluster.key(2, "k");
        assertThat(client.call("EVALSHA", SHA, "1", third, "c")).isEqualTo("c");
    }

    @Test
    void scriptLoadInATransactionServesAllNodes() {
        assertThat(transaction(TestClient.command("SCRIPT", "LOAD", BODY))).last().isEqualTo("[" + SHA + "]");
        assertThat(transaction(evalsha(there, "b"))).last().isEqualTo("[b]");
        assertThat(transaction(TestClient.command("SET", there, "1"), TestClient.command("SCRIPT", "EXISTS", SHA)))
                .last().isEqualTo("[OK, [1]]");
        assertThat(transaction(TestClient.command("SCRIPT", "FLUSH"))).containsExactly("OK",
                "-ERR Slotgate: SCRIPT FLUSH is not supported inside a transaction: it concerns all nodes, and a"
                        + " transaction runs on one",
                "-EXECABORT Transaction discarded because of previous errors.");
    }

    @Test
    void whatNobodyKnowsIsNoScript() {
        assertThat(transaction(evalsha(here, "a"))).last()
                .isEqualTo("[-NOSCRIPT No matching script. Please use EVAL.]");
    }

    @Test
    void aScriptFlushedAndShownAgainIsLoadedAgain() {
        client.call("EVAL", BODY, "1", here, "a");
        transaction(evalsha(there, "b"));
        assertThat(client.call("SCRIPT", "FLUSH")).isEqualTo("OK");
        assertThat(transaction(evalsha(there, "c"))).last().asString().startsWith("[-NOSCRIPT ");
        client.call("EVAL", BODY, "1", here, "d");

        assertThat(transaction(evalsha(there, "e"))).last().isEqualTo("[e]");
    }

    @Test
    void redirectedTransactionsTakeTheirScriptsAlong() {
        client.call("EVAL", BODY, "1", here, "a");
        cluster.move(SlotHash.slot(here), 1);
        assertThat(transaction(evalsha(here, "b"))).last().isEqualTo("[b]");

        cluster.put(here, "v");
        cluster.migrate(SlotHash.slot(here), 2);
        cluster.migrateKey(here);
        // Nothing may come between ASKING and MULTI.
        assertThat(transaction(evalsha(here, "c"))).last().isEqualTo("[c]");
        assertThat(sentTo(2)).startsWith(LOAD, "MULTI");
        assertThat(cluster.node(2).askings()).isEqualTo(1);
    }

    @Test
    void onTheConnectionThatWatchesToo() {
        client.call("EVAL", BODY, "1", here, "a");
        assertThat(client.call("WATCH", there)).isEqualTo("OK");
        assertThat(transaction(evalsha(there, "b"))).last().isEqualTo("[b]");
        assertThat(sentTo(1)).startsWith("WATCH " + there, LOAD, "MULTI");
    }
}
