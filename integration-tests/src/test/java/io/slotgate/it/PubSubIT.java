package io.slotgate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slotgate.deploy.dev.LocalNode;
import io.slotgate.proxy.command.SlotHash;
import io.slotgate.proxy.metrics.Metric;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Subscribers on a real cluster: many of one channel, with the server's own bytes, and while nodes and slots move. */
@Timeout(180)
class PubSubIT {
    private static final int MANY = 1_500;

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
                assertThat(proxy.metric(Metric.PUBSUB_TOPICS)).isEqualTo(1);
            } finally {
                for (Wire subscriber : subscribers) {
                    subscriber.close();
                }
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
