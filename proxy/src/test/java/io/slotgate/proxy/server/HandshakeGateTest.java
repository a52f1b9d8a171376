package io.slotgate.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.DefaultChannelId;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HandshakeGateTest {
    private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);
    /** Two steps a turn, three begun handshakes, 100 ms for all of it, 20 ms of silence. */
    private static final GateLimits LIMITS = new GateLimits(2, 3, 100 * MILLI, 20 * MILLI, 0.5);
    private static final String HELLO = "\u0016hello";
    private static final String FINISHED = "\u0016finished";

    private final ManualLoop loop = new ManualLoop();
    private final List<String> log = new ArrayList<>();
    private final Map<Channel, String> names = new LinkedHashMap<>();
    private HandshakeGate gate = gate(LIMITS);

    @AfterEach
    void releaseEverything() {
        names.keySet().stream().filter(Channel::isRegistered)
                .forEach(channel -> ((EmbeddedChannel) channel).finishAndReleaseAll());
    }

    @Test
    void aConnectionGetsItsSessionAfterTheHandshake() {
        EmbeddedChannel a = connect("a");
        loop.turn();
        send(a, HELLO);
        assertThat(log).isEmpty();
        loop.turn();
        assertThat(log).containsExactly("a engine", "a \u0016hello");

        send(a, FINISHED);
        loop.turn();

        assertThat(log).endsWith("a \u0016finished", "a session", "a session active");
        send(a, "PING");
        assertThat(log).endsWith("a PING", "a session read PING");
        assertThat(gate.counters().finished).isEqualTo(1);
        assertThat(gate.counters().underWay).isZero();
    }

    @Test
    void aConnectionWithoutTlsGetsItsSessionAtOnce() {
        EmbeddedChannel channel = channel("a");
        gate.arrive(new HandshakeGate.Arrival(channel, false, () -> new FakeSession("a"), loop.now));

        loop.turn();

        assertThat(log).containsExactly("a session", "a session active");
    }

    @Test
    void noMoreThanTheLimitOfStepsIsMadeInOneTurnInTheOrderOfArrival() {
        gate = gate(generous());
        EmbeddedChannel a = connect("a");
        EmbeddedChannel b = connect("b");
        EmbeddedChannel c = connect("c");
        loop.turns(3);
        send(b, HELLO);
        send(c, HELLO);
        send(a, HELLO);

        loop.turn();
        assertThat(log).containsExactly("b engine", "b \u0016hello");
        loop.busy(MILLI);
        loop.turn();
        assertThat(log).containsExactly("b engine", "b \u0016hello", "c engine", "c \u0016hello", "a engine",
                "a \u0016hello");
    }

    @Test
    void stepsTakeNoMoreThanTheirShareOfTheTurn() {
        gate = gate(new GateLimits(100, 100, 10_000 * MILLI, 20 * MILLI, 0.5));
        connected(20).forEach(channel -> send(channel, HELLO));
        loop.stepNanos = MILLI;
        loop.turn();
        int before = engines();

        // Given a turn in which established clients took 10 ms, When the gate works, Then 5 ms are its own.
        loop.busy(10 * MILLI);
        loop.turn();
        assertThat(engines() - before).isEqualTo(5);

        // And with no time of others to share, one step is made.
        before = engines();
        loop.turn();
        assertThat(engines() - before).isEqualTo(1);
    }

    @Test
    void whoIsNearerToItsEndGoesFirst() {
        EmbeddedChannel old = connected(1).getFirst();
        send(old, HELLO);
        loop.turn();
        EmbeddedChannel young = connect("young");
        loop.turn();
        send(young, HELLO);
        send(old, FINISHED);
        log.clear();

        loop.turn();

        assertThat(log).containsExactly("0 \u0016finished", "0 session", "0 session active");
    }

    @Test
    void silentClientsStandInNobodysWay() {
        connected(50);
        EmbeddedChannel talker = connect("talker");
        loop.turn();

        send(talker, HELLO);
        loop.turn();

        assertThat(log).contains("talker engine");
        assertThat(gate.counters().underWay).isEqualTo(1);
    }

    @Test
    void begunHandshakesAreBoundedAndTheLongestSilentOneGivesWay() {
        List<EmbeddedChannel> clients = connected(5);
        clients.forEach(channel -> send(channel, HELLO));
        loop.turns(5);
        assertThat(engines()).isEqualTo(3);
        assertThat(gate.counters().underWay).isEqualTo(3);
        assertThat(gate.counters().waiting).isEqualTo(2);

        loop.advance(20 * MILLI);
        loop.turns(2);

        assertThat(clients).extracting(Channel::isOpen).containsExactly(false, false, true, true, true);
        assertThat(engines()).isEqualTo(5);
        assertThat(gate.counters().timedOut).isEqualTo(2);
    }

    @Test
    void aFinishedHandshakeMakesRoomForAWaitingOne() {
        List<EmbeddedChannel> clients = connected(4);
        clients.forEach(channel -> send(channel, HELLO));
        loop.turns(4);
        assertThat(engines()).isEqualTo(3);

        send(clients.getFirst(), FINISHED);
        loop.turns(2);

        assertThat(engines()).isEqualTo(4);
        assertThat(clients).allMatch(Channel::isOpen);
    }

    @Test
    void theDeadlineCountsFromTheAcceptAndCoversEveryState() {
        long accepted = loop.now;
        EmbeddedChannel silent = connected(1).getFirst();
        loop.advance(60 * MILLI);
        List<EmbeddedChannel> later = connected(4);
        later.forEach(channel -> send(channel, HELLO));
        loop.turns(4);

        loop.advance(accepted + 100 * MILLI - 1 - loop.now);
        loop.turn();
        assertThat(silent.isOpen()).isTrue();
        loop.advance(1);
        loop.turn();
        assertThat(silent.isOpen()).isFalse();
        assertThat(later.getLast().isOpen()).isTrue();

        loop.advance(80 * MILLI);
        loop.turns(4);
        assertThat(later).noneMatch(Channel::isOpen);
        assertThat(gate.counters().waiting).isZero();
        assertThat(gate.counters().underWay).isZero();
    }

    @Test
    void connectionsThatAreDueTogetherAreClosedAFewATurn() {
        List<EmbeddedChannel> silent = connected(20);
        loop.stepNanos = MILLI;
        loop.advance(200 * MILLI);

        loop.turn();
        assertThat(silent.stream().filter(Channel::isOpen).count()).isEqualTo(19);

        loop.turns(20);
        assertThat(silent).noneMatch(Channel::isOpen);
        assertThat(gate.counters().timedOut).isEqualTo(20);
    }

    @Test
    void aClientThatLeavesWhileItWaitsLeavesTheQueueAtOnce() {
        List<EmbeddedChannel> clients = connected(3);
        clients.forEach(channel -> send(channel, HELLO));
        assertThat(gate.counters().waiting).isEqualTo(3);

        clients.get(0).close();
        clients.get(1).pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        clients.get(2).pipeline().fireExceptionCaught(new IOException("Connection reset by peer"));

        assertThat(clients).noneMatch(Channel::isOpen);
        assertThat(gate.counters().waiting).isZero();
        assertThat(gate.counters().failed).isEqualTo(3);
        loop.turn();
        assertThat(log).isEmpty();
    }

    @Test
    void aClientThatLeavesWithoutAWordHasNotFailed() {
        connected(1).getFirst().close();

        assertThat(gate.counters().failed).isZero();
    }

    @Test
    void commandsBehindTheLastFlightReachTheSessionThoughTheClientSendsNoMore() {
        EmbeddedChannel a = connect("a");
        loop.turn();
        send(a, HELLO);
        loop.turn();
        send(a, FINISHED);
        send(a, "PING");
        a.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);

        loop.turn();

        assertThat(log).endsWith("a session", "a session active", "a session read \u0016finishedPING",
                "a session event ChannelInputShutdownEvent");
    }

    @Test
    void aClientThatSendsMuchBeforeItsTurnIsNotReadMeanwhile() {
        EmbeddedChannel a = connected(1).getFirst();
        send(a, HELLO);
        send(a, "x".repeat(20_000));
        assertThat(a.config().isAutoRead()).isFalse();

        loop.turn();

        assertThat(a.config().isAutoRead()).isTrue();
        assertThat(log.getLast()).hasSize(2 + HELLO.length() + 20_000);
    }

    @Test
    void aFailedHandshakeIsCountedOnceAndGivesItsPlaceBack() {
        EmbeddedChannel a = connected(1).getFirst();
        send(a, "\u0016garbage");

        loop.turn();
        a.close();

        assertThat(gate.counters().failed).isEqualTo(1);
        assertThat(gate.counters().underWay).isZero();
    }

    @Test
    void closingEndsWhatHasNoSession() {
        List<EmbeddedChannel> clients = connected(2);
        send(clients.getFirst(), HELLO);
        EmbeddedChannel arriving = connect("arriving");

        gate.close();

        assertThat(clients).noneMatch(Channel::isOpen);
        loop.turn();
        assertThat(arriving.isRegistered()).isFalse();
    }

    private HandshakeGate gate(GateLimits limits) {
        return new HandshakeGate(loop, limits, FakeTls::new, () -> {});
    }

    private static GateLimits generous() {
        return new GateLimits(2, 100, 10_000 * MILLI, 20 * MILLI, 0.5);
    }

    private List<EmbeddedChannel> connected(int count) {
        List<EmbeddedChannel> connected = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            connected.add(connect(Integer.toString(i)));
        }
        loop.turns(count);
        assertThat(connected).allMatch(Channel::isRegistered);
        return connected;
    }

    private EmbeddedChannel connect(String name) {
        EmbeddedChannel channel = channel(name);
        gate.arrive(new HandshakeGate.Arrival(channel, true, () -> new FakeSession(name), loop.now));
        return channel;
    }

    private EmbeddedChannel channel(String name) {
        EmbeddedChannel channel = new EmbeddedChannel(DefaultChannelId.newInstance(), false, false);
        names.put(channel, name);
        return channel;
    }

    private static void send(EmbeddedChannel channel, String text) {
        channel.pipeline().fireChannelRead(Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII));
        channel.pipeline().fireChannelReadComplete();
    }

    private int engines() {
        return (int) log.stream().filter(line -> line.endsWith("engine")).count();
    }

    /** Takes "hello" and "finished" for flights and "garbage" for what it is. */
    private final class FakeTls extends ChannelInboundHandlerAdapter {
        private String name = "";
        private boolean done;

        @Override
        public void handlerAdded(ChannelHandlerContext context) {
            name = names.getOrDefault(context.channel(), "?");
            log.add(name + " engine");
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            String text = ((ByteBuf) message).toString(StandardCharsets.US_ASCII);
            log.add(name + " " + text);
            loop.now += loop.stepNanos;
            if (text.contains("garbage")) {
                ((ByteBuf) message).release();
                IOException cause = new IOException("garbage");
                context.fireUserEventTriggered(new SslHandshakeCompletionEvent(cause));
                throw new DecoderException(cause);
            }
            if (text.contains("finished")) {
                done = true;
                context.fireUserEventTriggered(SslHandshakeCompletionEvent.SUCCESS);
            }
            if (done && !text.equals(FINISHED)) {
                context.fireChannelRead(message);
            } else {
                ((ByteBuf) message).release();
            }
        }
    }

    private final class FakeSession extends ChannelInboundHandlerAdapter {
        private final String name;

        FakeSession(String name) {
            this.name = name;
        }

        @Override
        public void handlerAdded(ChannelHandlerContext context) {
            log.add(name + " session");
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            log.add(name + " session active");
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            log.add(name + " session read " + bytes.toString(StandardCharsets.US_ASCII));
            bytes.release();
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            log.add(name + " session event " + event.getClass().getSimpleName());
        }
    }

    /** A loop whose turns and clock are moved by hand. */
    private static final class ManualLoop implements GateLoop {
        private record Timer(long at, Runnable task) {}

        private final Queue<Runnable> atEnd = new ArrayDeque<>();
        private final Queue<Timer> timers = new PriorityQueue<>(Comparator.comparingLong(Timer::at));
        private long now = 1_000_000;
        private long stepNanos;

        void turn() {
            for (Runnable task : List.copyOf(atEnd)) {
                atEnd.remove();
                task.run();
            }
        }

        void turns(int count) {
            for (int i = 0; i < count; i++) {
                busy(MILLI);
                turn();
            }
        }

        /** Time goes by in which no timer runs, as the loop has other things to do. */
        void busy(long nanos) {
            now += nanos;
        }

        void advance(long nanos) {
            long end = now + nanos;
            while (!timers.isEmpty() && timers.element().at() <= end) {
                Timer timer = timers.remove();
                now = Math.max(now, timer.at());
                timer.task().run();
            }
            now = end;
        }

        @Override
        public long nanoTime() {
            return now;
        }

        @Override
        public void atEndOfTurn(Runnable task) {
            atEnd.add(task);
        }

        @Override
        public void after(long nanos, Runnable task) {
            timers.add(new Timer(now + nanos, task));
        }

        @Override
        public void register(Channel channel) {
            try {
                ((EmbeddedChannel) channel).register();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }
    }
}
