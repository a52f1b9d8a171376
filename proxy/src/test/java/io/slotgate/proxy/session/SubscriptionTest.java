package io.slotgate.proxy.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slotgate.proxy.command.SlotHash;
import io.slotgate.proxy.config.Limits;
import io.slotgate.proxy.config.PubSubLimits;
import io.slotgate.proxy.metrics.Metric;
import io.slotgate.proxy.plane.Answer;
import io.slotgate.proxy.plane.FakeCluster;
import io.slotgate.proxy.plane.FakePubSub;
import io.slotgate.proxy.plane.Plane;
import io.slotgate.proxy.plane.PlaneLimits;
import io.slotgate.proxy.plane.TestClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Subscribers, their messages, and the one subscription at the nodes that they share. */
@Timeout(60)
class SubscriptionTest {
    private static final long MIB = 1 << 20;

    @AutoClose
    private final FakeCluster cluster = new FakeCluster(3);
    private final FakePubSub pubsub = new FakePubSub(cluster);
    @AutoClose
    private final Plane plane = Plane.builder(cluster.map()).sendBufferBytes(64 * 1024)
            .limits(new PlaneLimits()
                    .pubsub(new PubSubLimits(8, MIB, 4 * MIB, 3 * MIB, Duration.ofMinutes(1))))
            .start();
    private final String channel = cluster.key(0, "news");

    private static String frame(char type, String verb, String name, int count) {
        return type + "3\r\n" + Answer.bulkText(verb) + Answer.bulkText(name) + ":" + count + "\r\n";
    }

    private static void assertNext(TestClient client, String bytes) {
        assertThat(client.bytes(bytes.length())).isEqualTo(bytes);
    }

    private TestClient subscriber(int protocol, String verb, String name) {
        TestClient client = plane.client();
        if (protocol == 3) {
            client.call("HELLO", "3");
        }
        assertThat(client.call(verb, name)).startsWith("[" + verb + ", " + name + ", ");
        return client;
    }

    /** Although it would be passed on before it is here. */
    @Test
    void whatResp2DoesNotAllowASubscriberIsRefusedIfItIsLargeToo() {
        TestClient client = subscriber(2, "subscribe", channel);

        String reply = client.call("SET", channel, "x".repeat(2 * Limits.defaults().streamBytes()));

        assertThat(reply).startsWith("-ERR Can't execute 'set': only (P|S)SUBSCRIBE");
        assertThat(client.call("PING")).isEqualTo("[pong, ]");
        assertThat(cluster.get(channel)).isNull();
    }

    @Test
    void everyChannelIsConfirmedWithTheCountSoFar() {
        TestClient client = plane.client();

        client.ask("SUBSCRIBE", "a", "b", "a").ask("PSUBSCRIBE", "p*").ask("SSUBSCRIBE", "s")
                .ask("UNSUBSCRIBE").ask("PUNSUBSCRIBE", "nothing").ask("PUNSUBSCRIBE").ask("SUNSUBSCRIBE", "s")
                .ask("UNSUBSCRIBE").ask("PING");

        assertNext(client, frame('*', "subscribe", "a", 1) + frame('*', "subscribe", "b", 2)
                + frame('*', "subscribe", "a", 2) + frame('*', "psubscribe", "p*", 3)
                + frame('*', "ssubscribe", "s", 1) + frame('*', "unsubscribe", "a", 2)
                + frame('*', "unsubscribe", "b", 1) + frame('*', "punsubscribe", "nothing", 1)
                + frame('*', "punsubscribe", "p*", 0) + frame('*', "sunsubscribe", "s", 0)
                + "*3\r\n$11\r\nunsubscribe\r\n$-1\r\n:0\r\n+PONG\r\n");
    }

    /** As Valkey 8.0.1: who wants no answers is told of subscriptions all the same, and SKIP is about RESET too. */
    @Test
    void repliesThatAreNotWantedButSubscriptionsAre() {
        TestClient client = plane.client();
        client.ask("CLIENT", "REPLY", "SKIP").ask("RESET").ask("ECHO", "1").ask("CLIENT", "REPLY", "OFF")
                .ask("SUBSCRIBE", "x").ask("PING").ask("UNSUBSCRIBE").ask("RESET").ask("CLIENT", "REPLY", "SKIP")
                .ask("UNSUBSCRIBE", "y").ask("ECHO", "2");
        String expected = String.join("\r\n", "$1", "1", "*3", "$9", "subscribe", "$1", "x", ":1", "*3", "$11",
                "unsubscribe", "$1", "x", ":0", "+RESET", "*3", "$11", "unsubscribe", "$1", "y", ":0", "$1", "2", "");
        assertThat(client.bytes(expected.length())).isEqualTo(expected);
    }

    @Test
    void inResp2ASubscriberMayDoLittleElse() {
        TestClient client = subscriber(2, "subscribe", "a");

        client.ask("GET", "k").ask("PING").ask("PING", "x").ask("HELLO", "3").ask("GET").ask("RESET").ask("GET", "k");

        assertNext(client, "-ERR Can't execute 'get': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are"
                + " allowed in this context\r\n*2\r\n$4\r\npong\r\n$0\r\n\r\n*2\r\n$4\r\npong\r\n$1\r\nx\r\n"
                + "-ERR Can't execute 'hello': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are"
                + " allowed in this context\r\n-ERR wrong number of arguments for 'get' command\r\n+RESET\r\n$-1\r\n");
        await().until(() -> pubsub.count("subscribe", "a") == 0);
    }

    @Test
    void inResp3MessagesComeAmongReplies() {
        TestClient client = subscriber(3, "subscribe", channel);
        pubsub.publish(channel, "one");
        assertNext(client,
                ">3\r\n$7\r\nmessage\r\n" + Answer.bulkText(channel) + "$3\r\none\r\n");

        assertThat(client.call("SET", "k", "v")).isEqualTo("OK");

        pubsub.publish(channel, "two");
        assertThat(client.reply()).isEqualTo("[message, " + channel + ", two]");
        assertThat(client.call("GET", "k")).isEqualTo("v");
        assertThat(client.call("CLIENT", "INFO")).contains(" flags=P ", " sub=1 psub=0 ssub=0 ");
        assertThat(client.call("HELLO", "2")).contains("proto, 2");
        assertThat(client.call("GET", "k")).startsWith("-ERR Can't execute 'get'");
    }

    @Test
    void allShareOneSubscriptionUntilTheLastLeaves() {
        List<TestClient> clients = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            clients.add(subscriber(2 + i % 2, "psubscribe", "n*"));
        }
        assertThat(pubsub.count("psubscribe", "n*")).isEqualTo(1);

        pubsub.publish("nice", "hello");

        for (TestClient client : clients) {
            assertThat(client.reply()).isEqualTo("[pmessage, n*, nice, hello]");
        }
        assertThat(plane.count(Metric.PUBSUB_MESSAGES)).isEqualTo(20);
        clients.forEach(TestClient::close);
        await().until(() -> pubsub.count("psubscribe", "n*") == 0);
        plane.awaitCount(Metric.PUBSUB_TOPICS, 0);
    }

    @Test
    void isConfirmedOnlyWhenTheNodeHasConfirmed() {
        CompletableFuture<Void> gate = new CompletableFuture<>();
        cluster.node(0).rule(command -> command.is("subscribe")
                ? Answer.raw(frame('>', "subscribe", command.word(1), 1)).after(gate)
                : cluster.answer(0, command));
        TestClient client = plane.client();
        TestClient leaver = plane.client();
        leaver.ask("SUBSCRIBE", channel);

        client.ask("SUBSCRIBE", channel).ask("PING");

        await().until(() -> cluster.node(0).commands("subscribe").size() == 1);
        leaver.reset();
        plane.awaitCount(Metric.SESSIONS, 1);
        gate.complete(null);
        assertThat(client.reply()).isEqualTo("[subscribe, " + channel + ", 1]");
        assertThat(client.reply()).isEqualTo("[pong, ]");
    }

    @Test
    void anErrorOfTheNodeIsTheAnswer() {
        cluster.node(0).rule(command -> command.is("subscribe")
                ? Answer.error("NOPERM No permissions to access a channel")
                : cluster.answer(0, command));
        TestClient client = plane.client();

        assertThat(client.call("SUBSCRIBE", channel, cluster.key(1, "x"))).isEqualTo(
                "-NOPERM No permissions to access a channel");

        assertThat(client.call("PING")).isEqualTo("PONG");
        await().until(() -> pubsub.count("subscribe", cluster.key(1, "x")) == 0);
    }

    @Test
    void aLostConnectionIsMendedUnseen() {
        TestClient client = subscriber(2, "subscribe", channel);
        TestClient sharded = subscriber(3, "ssubscribe", channel);

        pubsub.cut(0);

        await().until(() -> pubsub.count("subscribe", channel) == 1 && pubsub.count("ssubscribe", channel) == 1);
        pubsub.publish(channel, "after");
        pubsub.spublish(channel, "sharded");
        assertThat(client.reply()).isEqualTo("[message, " + channel + ", after]");
        assertThat(sharded.reply()).isEqualTo("[smessage, " + channel + ", sharded]");
        await().until(() -> plane.count(Metric.PUBSUB_RESUBSCRIBED) == 2);
    }

    @Test
    void whatANodeCanNotServeAnyMoreIsTakenFromAnother() {
        TestClient client = subscriber(2, "subscribe", channel);

        pubsub.stop(0);

        await().until(() -> pubsub.count("subscribe", channel) == 1);
        pubsub.publish(channel, "from elsewhere");
        assertThat(client.reply()).isEqualTo("[message, " + channel + ", from elsewhere]");
        TestClient late = subscriber(2, "subscribe", cluster.key(0, "late"));
        pubsub.publish(cluster.key(0, "late"), "too");
        assertThat(late.reply()).endsWith("too]");
        cluster.node(0).start();
    }

    @Test
    void aShardChannelMovesWithItsSlot() {
        TestClient client = subscriber(3, "ssubscribe", channel);

        pubsub.move(SlotHash.slot(channel), 2);

        await().until(() -> pubsub.count("ssubscribe", channel) == 1);
        pubsub.spublish(channel, "moved");
        assertThat(client.reply()).isEqualTo("[smessage, " + channel + ", moved]");
        assertThat(plane.feedback).contains("moved " + SlotHash.slot(channel) + " " + cluster.node(2).address());
    }

    @Test
    void shardChannelsOfOneCommandMustShareASlot() {
        assertThat(plane.client().call("SSUBSCRIBE", "a", "b")).startsWith("-CROSSSLOT ");
    }

    @Test
    void figuresAreThoseOfSessionsNotOfOurOneSubscription() {
        for (int i = 0; i < 5; i++) {
            subscriber(2, "subscribe", channel);
        }
        pubsub.stranger(1, channel);
        pubsub.stranger(1, channel);

        assertThat(plane.client().call("PUBSUB", "NUMSUB", channel, "nobody", channel))
                .isEqualTo("[" + channel + ", 7, nobody, 0, " + channel + ", 7]");
        assertThat(plane.client().call("PUBSUB", "CHANNELS")).isEqualTo("[" + channel + "]");
        assertThat(plane.client().call("PUBSUB", "SHARDNUMSUB")).isEqualTo("[]");
    }

    @Test
    void publishesToTheOwnerOfTheChannelsSlotSoThatMessagesKeepTheirOrder() {
        for (int i = 0; i < 30; i++) {
            plane.client().call("PUBLISH", channel, "m" + i);
        }

        assertThat(cluster.node(0).commands("publish")).hasSize(30);
    }

    @Test
    void subscriptionsAreBounded() {
        TestClient client = plane.client();
        for (int i = 0; i < 8; i++) {
            client.call("SUBSCRIBE", "c" + i);
        }

        assertThat(client.call("SUBSCRIBE", "c8")).isEqualTo(
                "-ERR Slotgate: a client may have 8 subscriptions (limits.pubsub.subscriptions-per-session)");
        assertThat(client.call("SUBSCRIBE", "c0")).isEqualTo("[subscribe, c0, 8]");
        assertThat(plane.client().call("SUBSCRIBE", "x".repeat(1 << 20))).startsWith("-ERR Slotgate: the subscr");
    }

    @Test
    void messagesKeepTheirOrderAndAmongRepliesTheirPlaceWhateverTheirSize() {
        Random random = new Random(7);
        List<TestClient> clients = List.of(subscriber(3, "subscribe", channel), subscriber(2, "subscribe", channel),
                subscriber(3, "psubscribe", channel + "*"), plane.client(4096));
        clients.get(3).call("HELLO", "3");
        clients.get(3).call("SUBSCRIBE", channel);
        clients.get(0).call("PSUBSCRIBE", channel + "*");
        List<String> messages = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            messages.add(i + "x".repeat(random.nextInt(random.nextInt(10) == 0 ? 20_000 : 500)));
        }

        for (String message : messages) {
            clients.forEach(client -> client.ask("PING", "ping"));
            pubsub.publish(channel, message);
        }

        for (TestClient client : clients) {
            List<String> plain = new ArrayList<>();
            List<String> byPattern = new ArrayList<>();
            for (int i = 0; i < messages.size() * (client == clients.get(0) ? 3 : 2); i++) {
                String reply = client.reply();
                if (reply.startsWith("[message, ")) {
                    plain.add(reply.substring("[message, , ".length() + channel.length(), reply.length() - 1));
                } else if (reply.startsWith("[pmessage, ")) {
                    byPattern.add(
                            reply.substring("[pmessage, *, , ".length() + 2 * channel.length(), reply.length() - 1));
                } else {
                    assertThat(reply).isIn("ping", "[pong, ping]");
                }
            }
            assertThat(plain).isEqualTo(client == clients.get(2) ? List.of() : messages);
            assertThat(byPattern)
                    .isEqualTo(client == clients.get(0) || client == clients.get(2) ? messages : List.of());
        }
    }

    @Test
    void aSubscriberThatDoesNotReadIsClosedAndNobodyElse() {
        TestClient slow = plane.client(4096);
        slow.call("SUBSCRIBE", channel);
        TestClient reader = subscriber(2, "subscribe", channel);
        String message = "x".repeat(100_000);

        int sent = 0;
        while (plane.count(Metric.SLOW_SUBSCRIBERS) == 0 && sent < 1000) {
            pubsub.publish(channel, message);
            sent++;
            assertThat(reader.reply()).hasSize(message.length() + channel.length() + "[message, , ]".length());
        }

        plane.awaitCount(Metric.SLOW_SUBSCRIBERS, 1);
        plane.awaitCount(Metric.SESSIONS, 1);
        pubsub.publish(channel, "on");
        assertThat(reader.reply()).endsWith("on]");
    }
}
