package io.slotgate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.management.UnixOperatingSystemMXBean;
import io.slotgate.deploy.dev.LocalNode;
import io.slotgate.proxy.command.SlotHash;
import io.slotgate.proxy.config.PubSubLimits;
import io.slotgate.proxy.metrics.Metric;
import io.slotgate.proxy.plane.PlaneLimits;
import io.slotgate.proxy.ports.TestPorts;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Subscribers on a real cluster: many of one channel, with the server's own bytes, and while nodes and slots move. */
@Timeout(180)
class PubSubIT {
    private static final int MANY = 1_500;
    private static final int MOST = 10_000;

    @Nested
    class OfValkey {
        @RegisterExtension
        static final ProxyFixture proxy = new ProxyFixture().cluster(cluster -> cluster.shards(3).replicas(0));

        @Test
        void everyOneOfManySubscribersGetsEveryMessageInOrder() throws Exception {
            List<Wire> subscribers = new ArrayList<>();
            try (Wire publisher = proxy.connectPlain()) {
                // Given
                for (int i = 0; i < MANY; i++) {
                    Wire subscriber = proxy.connectPlain();
                    subscribers.add(subscriber);
                    if (i % 2 == 0) {
                        subscriber.call("HELLO", "3");
                    }
                    subscriber.send("SUBSCRIBE", "news");
                }
                for (Wire subscriber : subscribers) {
                    assertThat(subscriber.readRaw()).endsWith("$9\r\nsubscribe\r\n$4\r\nnews\r\n:1\r\n");
                }
                assertThat(publisher.raw("PUBSUB", "NUMSUB", "news", "none"))
                        .isEqualTo("*4\r\n$4\r\nnews\r\n:" + MANY + "\r\n$4\r\nnone\r\n:0\r\n");
                assertThat(publisher.raw("PUBSUB", "CHANNELS", "n*")).isEqualTo("*1\r\n$4\r\nnews\r\n");

                // When
                for (int i = 0; i < 20; i++) {
                    publisher.send("PUBLISH", "news", "message " + i);
                }

                // Then
                for (int i = 0; i < 20; i++) {
                    assertThat(publisher.readRaw()).isEqualTo(":1\r\n");
                }
                for (int s = 0; s < MANY; s++) {
                    for (int i = 0; i < 20; i++) {
                        String message = "message " + i;
                        assertThat(subscribers.get(s).readRaw()).isEqualTo((s % 2 == 0 ? ">" : "*")
                                + "3\r\n$7\r\nmessage\r\n$4\r\nnews\r\n$" + message.length() + "\r\n" + message
                                + "\r\n");
                    }
                }
                await().atMost(ProxyFixture.PATIENCE).until(() -> proxy.metric(Metric.PUBSUB_TOPICS) == 1);
            } finally {
                for (Wire subscriber : subscribers) {
                    subscriber.close();
                }
            }
        }

        /** The proxy is another process: files that are open are counted for each. */
        @Test
        void tenThousandSubscribersOfOneChannelGetEveryMessage(@TempDir Path folder) throws Exception {
            int each = (int) Math.min(MOST, openFiles() - 1_000) / 2;
            int port = TestPorts.take();
            Path config = Files.writeString(folder.resolve("slotgate.yaml"), """
                    listen: {client: none, read: none, plain: {host: 127.0.0.1, port: %d}}
                    upstream: {seeds: ['%s']}
                    workers: 2
                    """.formatted(port, proxy.cluster().seeds().getFirst()));
            try (ProxyProcess process = new ProxyProcess(config).start();
                    Crowd resp2 = new Crowd(port, each);
                    Crowd resp3 = new Crowd(port, each);
                    Wire publisher = proxy.connectPlain();
                    Wire neighbour = Wire.open(port)) {
                // Given
                resp2.say(Wire.command("SUBSCRIBE", "crowd"));
                resp2.read("*3\r\n$9\r\nsubscribe\r\n$5\r\ncrowd\r\n:1\r\n".getBytes(Wire.BYTES),
                        ProxyFixture.PATIENCE);
                resp3.say(Wire.command("CLIENT", "REPLY", "SKIP"));
                resp3.say(Wire.command("HELLO", "3"));
                resp3.say(Wire.command("SUBSCRIBE", "crowd"));
                resp3.read(">3\r\n$9\r\nsubscribe\r\n$5\r\ncrowd\r\n:1\r\n".getBytes(Wire.BYTES),
                        ProxyFixture.PATIENCE);
                assertThat(neighbour.raw("PUBSUB", "NUMSUB", "crowd"))
                        .isEqualTo("*2\r\n$5\r\ncrowd\r\n:" + 2 * each + "\r\n");

                for (int round = 0; round < 4; round++) {
                    // When: through another proxy
                    StringBuilder messages = new StringBuilder();
                    for (int i = 0; i < 5; i++) {
                        String message = round + "-" + i + "x".repeat(1021);
                        publisher.send("PUBLISH", "crowd", message);
                        messages.append("*3\r\n$7\r\nmessage\r\n$5\r\ncrowd\r\n$1024\r\n").append(message)
                                .append("\r\n");
                    }

                    // Then: to the node it is one receiver
                    for (int i = 0; i < 5; i++) {
                        assertThat(publisher.readRaw()).isEqualTo(":1\r\n");
                    }
                    resp2.read(messages.toString().getBytes(Wire.BYTES), ProxyFixture.PATIENCE);
                    resp3.read(messages.toString().replace('*', '>').getBytes(Wire.BYTES), ProxyFixture.PATIENCE);
                }
                assertThat(process.peakMemory()).isLessThan(1L << 30);
            }
        }

        @Test
        void aSubscriberIsToldWhatTheServerWouldTell() throws Exception {
            // A node by itself is a server: what names no other slot it answers the same way.
            for (int protocol = 2; protocol <= 3; protocol++) {
                LocalNode owner = proxy.cluster().owner(SlotHash.slot("{x}"));
                try (Wire direct = Wire.open(owner.address().port()); Wire proxied = proxy.connectPlain()) {
                    direct.call("HELLO", Integer.toString(protocol));
                    proxied.call("HELLO", Integer.toString(protocol));
                    for (String command : List.of("SUBSCRIBE {x}a", "PING", "PING text", "GET {x}",
                            "PSUBSCRIBE {x}* {x}*",
                            "SSUBSCRIBE {x}s", "UNSUBSCRIBE other", "SUBSCRIBE", "CLUSTER INFO x", "SSUBSCRIBE {x} y",
                            "SUNSUBSCRIBE", "PUNSUBSCRIBE {x}*", "UNSUBSCRIBE", "GET {x}", "SUBSCRIBE {x}a",
                            "RESET", "GET {x}", "PING")) {
                        String[] words = command.split(" ");
                        int replies = command.startsWith("PSUBSCRIBE") ? 2 : 1;
                        direct.send(words);
                        proxied.send(words);
                        for (int i = 0; i < replies; i++) {
                            assertThat(proxied.readRaw()).as(command).isEqualTo(direct.readRaw());
                        }
                    }
                }
            }
        }

        @Test
        void aShardChannelGoesWithItsSlot() throws Exception {
            int slot = SlotHash.slot("orders");
            int from = proxy.cluster().nodes().indexOf(proxy.cluster().owner(slot));
            int to = (from + 1) % 3;
            try (Wire subscriber = proxy.connect();
                    Wire publisher = proxy.connect();
                    SlotMover mover = new SlotMover(proxy.cluster(), 3)) {
                subscriber.call("HELLO", "3");
                assertThat(subscriber.raw("SSUBSCRIBE", "orders")).isEqualTo(
                        ">3\r\n$10\r\nssubscribe\r\n$6\r\norders\r\n:1\r\n");
                for (int round = 0; round < 3; round++) {
                    // When
                    mover.move(slot, round % 2 == 0 ? from : to, round % 2 == 0 ? to : from);

                    // Then
                    LocalNode owner = proxy.cluster().node(round % 2 == 0 ? to : from);
                    awaitSubscribers(owner, "SHARDNUMSUB", "orders", 1);
                    assertThat(publisher.raw("SPUBLISH", "orders", "after " + round)).isEqualTo(":1\r\n");
                    assertThat(subscriber.read()).isEqualTo(List.of("smessage", "orders", "after " + round));
                }
            }
        }
    }

    @Nested
    class WithFailover {
        @RegisterExtension
        static final ProxyFixture proxy = new ProxyFixture().cluster(cluster -> cluster.shards(3).replicas(1))
                .nodesFail();

        @Test
        void whatIsPublishedAfterANodeIsLostArrives() throws Exception {
            LocalNode lost = proxy.cluster().owner(SlotHash.slot("news"));
            try (Wire subscriber = proxy.connect(); Wire sharded = proxy.connect(); Wire publisher = proxy.connect()) {
                subscriber.call("SUBSCRIBE", "news");
                sharded.call("SSUBSCRIBE", "news");

                // When
                lost.kill();

                // Then
                await().atMost(ProxyFixture.PATIENCE).until(() -> proxy.metric(Metric.PUBSUB_RESUBSCRIBED) >= 2);
                assertThat(publisher.raw("PUBLISH", "news", "after")).startsWith(":");
                assertThat(publisher.raw("SPUBLISH", "news", "sharded")).startsWith(":");
                assertThat(subscriber.read()).isEqualTo(List.of("message", "news", "after"));
                assertThat(sharded.read()).isEqualTo(List.of("smessage", "news", "sharded"));
                lost.restart();
                proxy.cluster().awaitStable(ProxyFixture.PATIENCE);
            }
        }

        @Test
        void whoListensToAPatternHearsOfAllChannelsAfterTheNodeOfItsSubscriptionIsLost() throws Exception {
            for (String protocol : List.of("2", "3")) {
                try (Wire subscriber = proxy.connect(); Wire publisher = proxy.connect()) {
                    subscriber.call("HELLO", protocol);
                    subscriber.call("PSUBSCRIBE", "of.*");
                    List<LocalNode> subscribed = withPattern();
                    assertThat(subscribed).hasSize(1);

                    // When
                    subscribed.getFirst().kill();

                    // Then
                    await().atMost(ProxyFixture.PATIENCE).until(() -> !withPattern().isEmpty());
                    for (String channel : List.of("of.a", "of.b", "of.c", "of.d", "of.e", "of.f")) {
                        await().atMost(ProxyFixture.PATIENCE)
                                .until(() -> publisher.raw("PUBLISH", channel, "after").startsWith(":"));
                        assertThat(subscriber.read()).isEqualTo(List.of("pmessage", "of.*", channel, "after"));
                    }
                    subscribed.getFirst().restart();
                    proxy.cluster().awaitStable(ProxyFixture.PATIENCE);
                }
                await().atMost(ProxyFixture.PATIENCE).until(() -> withPattern().isEmpty());
            }
        }

        private static List<LocalNode> withPattern() throws IOException {
            List<LocalNode> nodes = new ArrayList<>();
            for (LocalNode node : proxy.cluster().nodes()) {
                if (node.isAlive() && Long.valueOf(1).equals(node.call("PUBSUB", "NUMPAT"))) {
                    nodes.add(node);
                }
            }
            return nodes;
        }
    }

    @Nested
    class WithASoftLimit {
        private static final int SOFT = 64 * 1024;

        /** The hard limit is never reached. */
        @RegisterExtension
        static final ProxyFixture proxy = new ProxyFixture().cluster(cluster -> cluster.shards(1).replicas(0))
                .limits(new PlaneLimits().slowClientTimeout(Duration.ofHours(1))
                        .pubsub(new PubSubLimits(100, 1L << 20, 8L << 30, SOFT, Duration.ofSeconds(1))).limits());

        @Test
        void aSubscriberThatStaysBehindForLongIsClosedAndNobodyElse() throws Exception {
            String message = "x".repeat(16 * 1024);
            try (Crowd slow = new Crowd(proxy.server().plainPort(), 1);
                    Wire other = proxy.connectPlain();
                    Wire publisher = proxy.connectPlain()) {
                // Given
                slow.say(Wire.command("SUBSCRIBE", "news"));
                slow.read("*3\r\n$9\r\nsubscribe\r\n$4\r\nnews\r\n:1\r\n".getBytes(Wire.BYTES), ProxyFixture.PATIENCE);
                other.call("SUBSCRIBE", "news");

                // When: more than the system keeps for it, and then nothing more
                int published = 0;
                while (proxy.metric(Metric.OUTPUT_BYTES) <= 2 * SOFT && proxy.metric(Metric.SLOW_SUBSCRIBERS) == 0) {
                    assertThat(publisher.raw("PUBLISH", "news", message)).isEqualTo(":1\r\n");
                    assertThat(other.read()).isEqualTo(List.of("message", "news", message));
                    assertThat(published++).as("messages").isLessThan(100_000);
                }

                // Then
                await().atMost(ProxyFixture.PATIENCE).until(() -> proxy.metric(Metric.SLOW_SUBSCRIBERS) == 1);
                await().atMost(ProxyFixture.PATIENCE).until(() -> proxy.metric(Metric.OUTPUT_BYTES) == 0);
                assertThat(publisher.raw("PUBSUB", "NUMSUB", "news")).isEqualTo("*2\r\n$4\r\nnews\r\n:1\r\n");
                assertThat(publisher.raw("PUBLISH", "news", "last")).isEqualTo(":1\r\n");
                assertThat(other.read()).isEqualTo(List.of("message", "news", "last"));
            }
        }
    }

    /** Files that this process may have open. */
    private static long openFiles() {
        return ((UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getMaxFileDescriptorCount();
    }

    private static void awaitSubscribers(LocalNode node, String figure, String channel, long expected) {
        await().atMost(ProxyFixture.PATIENCE).untilAsserted(
                () -> assertThat(subscribers(node, figure, channel)).endsWith(":" + expected + "\r\n"));
    }

    private static String subscribers(LocalNode node, String figure, String channel) throws IOException {
        try (Wire wire = Wire.open(node.address().port())) {
            return wire.raw("PUBSUB", figure, channel);
        }
    }
}
