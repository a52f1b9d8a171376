package io.slotgate.proxy.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import io.netty.channel.socket.SocketChannel;
import io.slotgate.proxy.config.Secret;
import io.slotgate.proxy.plane.Answer;
import io.slotgate.proxy.plane.Command;
import io.slotgate.proxy.plane.FakeNode;
import io.slotgate.proxy.plane.TestClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class UpstreamChannelTest {
    @AutoClose
    private final FakeNode node = new FakeNode(command -> Answer.bulk("of " + command));
    @AutoClose
    private ChannelFixture fixture = new ChannelFixture(node.address(), 2);

    @Test
    void repliesBelongToCommandsInTheOrderOfSending() {
        connectAndAwaitReady();

        fixture.run(() -> {
            for (int i = 0; i < 100; i++) {
                fixture.sendNow("GET", "k" + i);
            }
        });

        await().until(() -> fixture.events.size() == 101);
        assertThat(fixture.events).contains("reply $10\r\nof GET k10").startsWith("ready", "reply $9\r\nof GET k0")
                .endsWith("reply $10\r\nof GET k99");
        assertThat(fixture.call(() -> fixture.counters().pending)).isZero();
        assertThat(fixture.call(() -> fixture.counters().keptBytes)).isZero();
    }

    @Test
    void pushedFramesAreNobodysReply() {
        node.rule(command -> Answer.raw(">2\r\n$10\r\ninvalidate\r\n*1\r\n$1\r\nk\r\n+OK\r\n>1\r\n+more\r\n"));
        connectAndAwaitReady();

        fixture.send("GET", "a");
        fixture.send("GET", "b");

        await().until(() -> fixture.events.size() == 3);
        assertThat(fixture.events).containsExactly("ready", "reply +OK", "reply +OK");
    }

    @Test
    void aLargePushedFrameIsNobodysReplyEither() {
        fixture.large = LargeReply.IN_PARTS;
        node.rule(command -> Answer.raw(">2\r\n$7\r\nmessage\r\n$200000\r\n" + "x".repeat(200_000) + "\r\n+OK\r\n"));
        connectAndAwaitReady();

        fixture.send("GET", "a");

        await().until(() -> fixture.events.size() == 2);
        assertThat(fixture.events).containsExactly("ready", "reply +OK");
    }

    @Test
    void aReplyNobodyAskedForCutsTheConnection() {
        node.rule(command -> Answer.raw("+OK\r\n+and more\r\n"));
        connectAndAwaitReady();

        fixture.send("GET", "a");

        await().until(() -> fixture.events.size() >= 4);
        assertThat(fixture.events).startsWith("ready", "reply +OK", "unavailable", "ready");
    }

    @Test
    void garbageCutsTheConnectionAndHandsBackWhatIsInFlight() {
        node.rule(command -> Answer.raw("HTTP/1.1 400 Bad Request\r\n\r\n"));
        connectAndAwaitReady();

        fixture.run(() -> {
            fixture.sendNow("GET", "a");
            fixture.sendNow("GET", "b");
        });

        await().until(() -> fixture.events.size() >= 4);
        assertThat(fixture.events).startsWith("ready", "lost [GET, a] sent", "lost [GET, b] sent", "unavailable");
        node.rule(command -> Answer.OK);
        await().until(fixture.channel::ready);
    }

    @Test
    void commandsThatWereNotFlushedAreHandedBackAsUnsent() {
        node.rule(command -> Answer.NOTHING);
        connectAndAwaitReady();
        fixture.send("GET", "a");
        await().until(() -> node.commands().size() == 1);

        fixture.run(() -> {
            fixture.sendNow("GET", "b");
            fixture.channel.cut(new IOException("test"));
        });

        await().until(() -> fixture.events.size() >= 4);
        assertThat(fixture.events).startsWith("ready", "lost [GET, a] sent", "lost [GET, b] unsent", "unavailable");
        assertThat(node.commands("get")).hasSize(1);
    }

    @Test
    void itConnectsAgainUntilTheNodeIsThere() {
        connectAndAwaitReady();

        node.stop();
        await().until(() -> fixture.sockets.size() >= 5);
        assertThat(fixture.call(fixture.channel::ready)).isFalse();
        node.start();

        await().until(() -> fixture.call(fixture.channel::ready));
        fixture.send("GET", "a");
        await().until(() -> fixture.events.contains("reply $8\r\nof GET a"));
    }

    @Test
    void itDoesNotConnectAgainToANodeThatLeft() {
        connectAndAwaitReady();

        fixture.run(() -> fixture.channel.connection().wanted(false));

        assertThat(fixture.events).endsWith("unavailable");
        assertThat(fixture.call(fixture.channel::ready)).isFalse();
        assertThat(fixture.call(fixture.channel::connecting)).isFalse();
        fixture.connect();
        await().until(() -> fixture.call(fixture.channel::ready));
    }

    @Test
    void whoWaitsForAConnectionIsToldWhenNoneWillBeMadeAnyMore() {
        node.stop();
        fixture.connect();

        await().until(() -> fixture.call(() -> {
            if (fixture.events.isEmpty() || fixture.channel.connecting()) {
                return false;
            }
            fixture.channel.connection().whenSettled(() -> fixture.events.add("settled"));
            fixture.channel.connection().wanted(false);
            return true;
        }));

        await().until(() -> fixture.events.contains("settled"));
    }

    @Test
    void aRefusedPasswordMeansNotReadyAndIsTriedAgain() {
        AtomicInteger attempts = new AtomicInteger();
        node.rule(command -> attempts.incrementAndGet() < 4
                ? Answer.error("WRONGPASS invalid username-password pair or user is disabled.")
                : Answer.OK);
        fixture.close();
        fixture = new ChannelFixture(node.address(), 2, Secret.of("sesame"), null, Duration.ofSeconds(10));

        connectAndAwaitReady();

        assertThat(fixture.events).containsExactly("unavailable", "unavailable", "unavailable", "ready");
        assertThat(node.commands()).hasSize(4).allSatisfy(c -> assertThat(c).hasToString("AUTH sesame"));
    }

    @Test
    void protocol3IsAgreedOnBeforeAnythingIsSent() {
        node.rule(command -> command.is("hello")
                ? Answer.raw("%1\r\n$5\r\nproto\r\n:3\r\n>1\r\n+hi\r\n")
                : Answer.raw("_\r\n"));
        fixture.close();
        fixture = new ChannelFixture(node.address(), 3, Secret.of("sesame"), null, Duration.ofSeconds(10));
        connectAndAwaitReady();

        fixture.send("GET", "a");

        await().until(() -> fixture.events.contains("reply _"));
        assertThat(node.commands()).map(Command::toString).containsExactly("HELLO 3 AUTH default sesame", "GET a");
    }

    @Test
    void aNodeThatDoesNotAnswerTheGreetingIsTriedAgain() {
        node.rule(command -> command.connection() < 2 ? Answer.NOTHING : Answer.raw("%0\r\n"));
        fixture.close();
        fixture = new ChannelFixture(node.address(), 3, null, null, Duration.ofMillis(50));

        connectAndAwaitReady();

        assertThat(fixture.events).containsExactly("unavailable", "unavailable", "ready");
    }

    @Test
    void askingGoesRightInFrontOfItsCommand() {
        connectAndAwaitReady();

        fixture.run(() -> {
            Pending pending = fixture.pendings.take(fixture, null, 2, 5);
            ByteBuf bytes = fixture.worker.scratch();
            bytes.writeCharSequence(TestClient.command("GET", "moving"),
                    StandardCharsets.US_ASCII);
            pending.stashRequest(fixture.worker, bytes, 0, bytes.readableBytes());
            fixture.sendNow("GET", "before");
            pending.aim(fixture.channel, true);
            fixture.channel.sendAgain(pending);
            fixture.sendNow("GET", "behind");
        });

        await().until(() -> node.commands().size() == 3);
        assertThat(node.commands()).map(c -> (c.asking() ? "asking " : "") + c).containsExactly("GET before",
                "asking GET moving", "GET behind");
        await().until(() -> fixture.events.size() == 4);
        assertThat(fixture.events).contains("reply $13\r\nof GET moving");
    }

    @Test
    void largeCommandsGoInOrderWithSmallOnes() {
        connectAndAwaitReady();
        String large = "x".repeat(50_000);

        fixture.run(() -> {
            for (int i = 0; i < 20; i++) {
                fixture.sendNow("SET", "small" + i, "v");
                fixture.sendNow("SET", "large" + i, large);
            }
        });

        await().until(() -> node.commands().size() == 40);
        for (int i = 0; i < 20; i++) {
            assertThat(node.commands().get(2 * i)).hasToString("SET small" + i + " v");
            assertThat(node.commands().get(2 * i + 1)).hasToString("SET large" + i + " " + large);
        }
        await().until(() -> fixture.events.size() == 41);
        assertThat(fixture.call(() -> fixture.counters().keptBytes)).isZero();
    }

    @Test
    void aConnectionLostWithinALargeReplyTellsItsRequester() {
        CompletableFuture<Void> gate = new CompletableFuture<>();
        fixture.large = LargeReply.IN_PARTS;
        node.rule(command -> Answer.raw("$1000000\r\n" + "x".repeat(300_000)).then(Answer.CLOSE.after(gate)));
        connectAndAwaitReady();

        fixture.run(() -> {
            fixture.sendNow("GET", "a");
            fixture.sendNow("GET", "b");
        });
        gate.complete(null);

        await().until(() -> fixture.events.size() >= 4);
        assertThat(fixture.events).startsWith("ready", "cut", "lost [GET, b] sent", "unavailable");
    }

    @Test
    void aLargeReplyThatIsAskedForElsewherePassesUnseen() {
        fixture.large = LargeReply.ASK_ELSEWHERE;
        node.rule(command -> command.word(1).equals("a") ? Answer.large('x', 300_000) : Answer.OK);
        connectAndAwaitReady();

        fixture.run(() -> {
            fixture.sendNow("GET", "a");
            fixture.sendNow("GET", "b");
        });

        await().until(() -> fixture.events.size() == 3);
        assertThat(fixture.events).containsExactly("ready", "elsewhere", "reply +OK");
        assertThat(fixture.call(() -> fixture.counters().pending)).isZero();
    }

    @Test
    void whatIsSentOnAConnectionThatHasJustEndedIsHandedBack() {
        connectAndAwaitReady();
        SocketChannel socket = fixture.sockets.element();
        String large = "x".repeat(50_000);

        fixture.run(() -> {
            // The socket is gone, and the channel has yet to hear of it.
            socket.close();
            fixture.sendNow("SET", "a", "1");
            fixture.sendNow("SET", "b", large);
            fixture.sendNow("SET", "c", "3");
            for (int i = 0; i < 1000; i++) {
                fixture.sendNow("SET", "filling chunks", "x".repeat(100));
            }
            fixture.sendNow("SET", "d", large);
        });

        await().until(() -> fixture.call(fixture.channel::ready));
        fixture.send("GET", "alive");
        await().until(() -> fixture.events.contains("reply $12\r\nof GET alive"));
        assertThat(fixture.events).contains("lost [SET, a, 1] unsent", "lost [SET, c, 3] unsent").hasSize(1 + 1004 + 3);
        assertThat(fixture.call(() -> fixture.counters().pending)).isZero();
        assertThat(fixture.call(() -> fixture.counters().keptBytes)).isZero();
    }

    private void connectAndAwaitReady() {
        fixture.connect();
        await().until(() -> fixture.call(fixture.channel::ready));
    }
}
