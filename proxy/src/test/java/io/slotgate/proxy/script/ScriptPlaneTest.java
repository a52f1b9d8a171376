package io.slotgate.proxy.script;

import static io.slotgate.proxy.plane.FakeScripts.sha;
import static org.assertj.core.api.Assertions.assertThat;

import io.slotgate.proxy.command.SlotHash;
import io.slotgate.proxy.metrics.Metric;
import io.slotgate.proxy.plane.Answer;
import io.slotgate.proxy.plane.Command;
import io.slotgate.proxy.plane.FakeCluster;
import io.slotgate.proxy.plane.Plane;
import io.slotgate.proxy.plane.TestClient;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ScriptPlaneTest {
    private static final String NOSCRIPT = "NOSCRIPT No matching script. Please use EVAL.";
    private static final String BODY = "return 'x'";

    private static FakeCluster cluster(int size) {
        FakeCluster cluster = new FakeCluster(size);
        cluster.rule((node, command) -> answer(cluster, node, command));
        return cluster;
    }

    /** Scripts say where they ran. */
    private static Answer answer(FakeCluster cluster, int node, Command command) {
        return switch (command.name()) {
            case "eval" -> {
                cluster.answer(node, command);
                yield Answer.bulk("ran at " + node);
            }
            case "evalsha" -> evalsha(cluster, node, command);
            default -> cluster.answer(node, command);
        };
    }

    private static Answer evalsha(FakeCluster cluster, int node, Command command) {
        String key = command.words().size() > 3 ? command.word(3) : "";
        if (!key.isEmpty() && cluster.ownerOf(key) != node) {
            return Answer.error(
                    "MOVED " + SlotHash.slot(key) + " " + cluster.node(cluster.ownerOf(key)).address());
        }
        if (!cluster.scripts().has(node, command.word(1))) {
            return Answer.error(NOSCRIPT);
        }
        if (!key.isEmpty()) {
            cluster.put(key, "by script");
        }
        return Answer.bulk("ran at " + node);
    }

    @Test
    void aScriptSeenOnceIsFoundEverywhereAndNothingOvertakesIt() {
        try (FakeCluster cluster = cluster(3); Plane plane = Plane.over(cluster)) {
            TestClient client = plane.client();
            String here = cluster.key(0, "a");
            String there = cluster.key(1, "a");
            assertThat(client.call("EVAL", BODY, "1", here)).isEqualTo("ran at 0");

            client.send(TestClient.command("SET", there, "1")
                    + TestClient.command("EVALSHA", sha(BODY).toUpperCase(Locale.ROOT), "1", there)
                    + TestClient.command("GET", there) + TestClient.command("EVALSHA", sha(BODY), "1", there));

            assertThat(client.replies(4)).containsExactly("OK", "ran at 1", "by script", "ran at 1");
            assertThat(cluster.node(1).commands("script")).hasSize(1);
            assertThat(cluster.node(2).commands("script")).isEmpty();
        }
    }

    @Test
    void keylessScriptsRunAtTheOwnerOfSlotZero() {
        try (FakeCluster cluster = cluster(3); Plane plane = Plane.over(cluster)) {
            TestClient client = plane.client();
            assertThat(client.call("EVAL", BODY, "0")).isEqualTo("ran at 0");
            assertThat(client.call("EVALSHA", sha(BODY), "0")).isEqualTo("ran at 0");
        }
    }

    @Test
    void whatNobodyKnowsIsNoScript() {
        try (FakeCluster cluster = cluster(2); Plane plane = Plane.over(cluster)) {
            TestClient client = plane.client();
            assertThat(client.call("EVALSHA", sha(BODY), "1", "k")).isEqualTo("-" + NOSCRIPT);
            assertThat(client.call("SCRIPT", "EXISTS", sha(BODY))).isEqualTo("[0]");
            assertThat(client.call("EVAL", BODY, "1", "k")).startsWith("ran at");
            assertThat(client.call("SCRIPT", "EXISTS", sha(BODY), sha("other"))).isEqualTo("[1, 0]");
            assertThat(plane.count(Metric.SCRIPTS_KNOWN)).isEqualTo(1);
            assertThat(client.call("SCRIPT", "FLUSH")).isEqualTo("OK");
            assertThat(client.call("EVALSHA", sha(BODY), "1", "k")).isEqualTo("-" + NOSCRIPT);
            assertThat(plane.count(Metric.SCRIPTS_KNOWN)).isZero();
            assertThat(plane.count(Metric.SCRIPT_BYTES)).isZero();
        }
    }

    @Test
    void aNodeThatForgotIsToldAgainButOnlyOncePerCommand() {
        try (FakeCluster cluster = cluster(2); Plane plane = Plane.over(cluster)) {
            TestClient client = plane.client();
            String key = cluster.key(1, "k");
            assertThat(client.call("SCRIPT", "LOAD", BODY)).isEqualTo(sha(BODY));
            assertThat(client.call("EVALSHA", sha(BODY), "1", key)).isEqualTo("ran at 1");
            cluster.scripts().forget(1);
            assertThat(client.call("EVALSHA", sha(BODY), "1", key)).isEqualTo("ran at 1");

            cluster.node(1).rule(command -> command.is("evalsha") ? Answer.error(NOSCRIPT) : Answer.OK);
            int before = cluster.node(1).commands("evalsha").size();
            assertThat(client.call("EVALSHA", sha(BODY), "1", key)).isEqualTo("-" + NOSCRIPT);
            assertThat(cluster.node(1).commands("evalsha")).hasSize(before + 2);
        }
    }

    @Test
    void aScriptFollowsItsSlot() {
        try (FakeCluster cluster = cluster(2); Plane plane = Plane.over(cluster)) {
            TestClient client = plane.client();
            String key = cluster.key(0, "k");
            assertThat(client.call("EVAL", BODY, "1", key)).isEqualTo("ran at 0");
            assertThat(client.call("EVALSHA", sha(BODY), "1", key)).isEqualTo("ran at 0");
            cluster.move(SlotHash.slot(key), 1);
            client.send(TestClient.command("EVALSHA", sha(BODY), "1", key) + TestClient.command("GET", key));
            assertThat(client.replies(2)).containsExactly("ran at 1", "by script");
            cluster.node(1).cut();
            assertThat(client.call("GET", key)).isEqualTo("by script");
            cluster.scripts().forget(1);
            assertThat(client.call("EVALSHA", sha(BODY), "1", key)).isEqualTo("ran at 1");
        }
    }

    @Test
    void whatOnlySomeNodesDidIsTold() {
        try (FakeCluster cluster = cluster(3); Plane plane = Plane.over(cluster)) {
            TestClient client = plane.client();
            cluster.node(0).rule(command -> Answer.OK);
            cluster.node(1).rule(command -> Answer.error("ERR Library 'x' already exists"));
            cluster.node(2).rule(command -> Answer.OK);
            assertThat(client.call("FUNCTION", "LOAD", "#!lua name=x"))
                    .isEqualTo("-ERR Library 'x' already exists (Slotgate: 2 of 3 primaries did it)");
            cluster.node(0).rule(command -> Answer.error("NOTBUSY No scripts in execution right now."));
            cluster.node(1).rule(command -> Answer.error("NOTBUSY No scripts in execution right now."));
            assertThat(client.call("SCRIPT", "KILL")).isEqualTo("OK");
            cluster.node(1).rule(command -> Answer.error("UNKILLABLE Sorry"));
            assertThat(client.call("SCRIPT", "KILL")).isEqualTo("-UNKILLABLE Sorry");
            cluster.node(1).rule(command -> Answer.error("NOTBUSY No scripts in execution right now."));
            cluster.node(2).rule(command -> Answer.error("NOTBUSY No scripts in execution right now."));
            assertThat(client.call("FUNCTION", "KILL")).isEqualTo("-NOTBUSY No scripts in execution right now.");
        }
    }

    @Test
    void oldScriptsMakeRoomForNewOnes() {
        try (FakeCluster cluster = cluster(1); Plane plane = Plane.over(cluster)) {
            TestClient client = plane.client();
            int each = Scripts.LONGEST - 1024;
            int most = (int) (Scripts.MOST_BYTES / (each + Scripts.OVERHEAD));
            for (int i = 0; i < most + 2; i++) {
                assertThat(client.call("EVAL", "return " + i + "-- " + "x".repeat(each - 16), "0"))
                        .isEqualTo("ran at 0");
            }
            assertThat(client.call("EVAL", "x".repeat(Scripts.LONGEST + 1), "0")).isEqualTo("ran at 0");
            assertThat(plane.count(Metric.SCRIPTS_KNOWN)).isEqualTo(most);
            assertThat(plane.count(Metric.SCRIPTS_DROPPED)).isEqualTo(2);
            assertThat(plane.count(Metric.SCRIPT_BYTES)).isLessThanOrEqualTo(Scripts.MOST_BYTES);
        }
    }
}
