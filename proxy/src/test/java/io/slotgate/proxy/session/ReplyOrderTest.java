package io.slotgate.proxy.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotgate.proxy.metrics.Metric;
import io.slotgate.proxy.plane.Answer;
import io.slotgate.proxy.plane.FakeCluster;
import io.slotgate.proxy.plane.Plane;
import io.slotgate.proxy.plane.PlaneLimits;
import io.slotgate.proxy.plane.TestClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ReplyOrderTest {
    @AutoClose
    private final FakeCluster cluster = new FakeCluster(3);
    @AutoClose
    private final Plane plane = Plane.builder(cluster.map()).limits(new PlaneLimits().pendingPerSession(64)).start();

    @Test
    void repliesComeInTheOrderOfCommandsWhateverTheOrderOfTheNodes() {
        TestClient client = plane.client();
        List<CompletableFuture<Void>> gates = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            CompletableFuture<Void> gate = new CompletableFuture<>();
            gates.add(gate);
            cluster.node(i).rule(command -> Answer.bulk("of " + command.word(1)).after(gate));
        }
        String a = cluster.key(0, "a");
        String b = cluster.key(1, "b");
        String c = cluster.key(2, "c");

        client.ask("GET", a).ask("GET", b).ask("PING").ask("GET", c).ask("GET", a);
        for (int i = 2; i >= 0; i--) {
            plane.awaitCount(Metric.PENDING, i == 2 ? 4 : i == 1 ? 3 : 2);
            gates.get(i).complete(null);
        }

        assertThat(client.replies(5)).containsExactly("of " + a, "of " + b, "PONG", "of " + c, "of " + a);
    }

    @Test
    void thousandsOfCommandsInOnePipelineAreAnsweredInOrder() throws InterruptedException {
        Random random = new Random(20261122);
        TestClient client = plane.client();
        StringBuilder commands = new StringBuilder();
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 3000; i++) {
            String key = "k" + random.nextInt(200);
            switch (random.nextInt(8)) {
                case 0 -> {
                    commands.append(TestClient.command("ECHO", "e" + i));
                    expected.add("e" + i);
                }
                case 1 -> {
                    commands.append("PING p").append(i).append("\r\n");
                    expected.add("p" + i);
                }
                case 2 -> {
                    commands.append(TestClient.command("NONSENSE"));
                    expected.add("-ERR unknown command 'NONSENSE', with args beginning with: ");
                }
                case 3 -> {
                    commands.append(TestClient.command("MSET", "m" + i, "1", "n" + i, "2", "o" + i, "3"));
                    expected.add("OK");
                }
                default -> {
                    String value = String.valueOf((char) ('a' + i % 26)).repeat(random.nextInt(300));
                    commands.append(TestClient.command("SET", key, value)).append(TestClient.command("GET", key));
                    expected.add("OK");
                    expected.add(value);
                }
            }
        }

        Thread sending = client.sendInPieces(commands.toString(), random);

        assertThat(client.replies(expected.size())).isEqualTo(expected);
        sending.join();
    }

    @Test
    void repliesOfOurOwnAreNotMixedUpHoweverLarge() {
        TestClient client = plane.client();
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            String text = String.valueOf((char) ('a' + i)).repeat(20_000);
            expected.add(text);
            client.send(TestClient.command("ECHO", text));
        }

        assertThat(client.replies(10)).isEqualTo(expected);
    }

    @Test
    void aLargeReplyThatComesBeforeItsTurnWaitsAndHoldsNobodyUp() {
        TestClient client = plane.client();
        CompletableFuture<Void> gate = new CompletableFuture<>();
        cluster.node(0).rule(command -> Answer.bulk("first").after(gate));
        cluster.node(1).rule(command -> command.word(1).startsWith("large")
                ? Answer.large('x', 100_000)
                : Answer.bulk("small"));

        client.ask("GET", cluster.key(0, "a")).ask("GET", cluster.key(1, "large")).ask("GET", cluster.key(1, "b"));
        assertThat(plane.client().call("GET", cluster.key(1, "c"))).isEqualTo("small");
        gate.complete(null);

        assertThat(client.replies(3)).containsExactly("first", "x".repeat(100_000), "small");
    }
}
