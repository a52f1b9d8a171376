package io.slotgate.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.DefaultChannelId;
import io.netty.channel.embedded.EmbeddedChannel;
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

/** A gate on a loop that is moved by hand, with handshakes and sessions that log what becomes of them. */
abstract class HandshakeGateFixture {
    static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);
    /** Two steps a turn, three begun handshakes, 100 ms for all of it, 20 ms of silence. */
    static final GateLimits LIMITS = new GateLimits(2, 3, 100 * MILLI, 20 * MILLI, 0.5);
    static final String HELLO = "\u0016hello";
    static final String FINISHED = "\u0016finished";

    final ManualLoop loop = new ManualLoop();
    final List<String> log = new ArrayList<>();
    final Map<Channel, String> names = new LinkedHashMap<>();
    HandshakeGate gate = gate(LIMITS);

    @AfterEach
    void releaseEverything() {
        names.keySet().stream().filter(Channel::isRegistered)
                .forEach(channel -> ((EmbeddedChannel) channel).finishAndReleaseAll());
    }

    HandshakeGate gate(GateLimits limits) {
        return new HandshakeGate(loop, limits, FakeTls::new, () -> {});
    }

    List<EmbeddedChannel> connected(int count) {
        List<EmbeddedChannel> connected = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            connected.add(connect(Integer.toString(i)));
        }
        loop.turns(count);
        assertThat(connected).allMatch(Channel::isRegistered);
        return connected;
    }

    EmbeddedChannel connect(String name) {
        EmbeddedChannel channel = channel(name);
        gate.arrive(new HandshakeGate.Arrival(channel, true, () -> new FakeSession(name), loop.now));
        return channel;
    }

    EmbeddedChannel channel(String name) {
        EmbeddedChannel channel = new EmbeddedChannel(DefaultChannelId.newInstance(), false, false);
        names.put(channel, name);
        return channel;
    }

    static void send(EmbeddedChannel channel, String text) {
        channel.pipeline().fireChannelRead(Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII));
        channel.pipeline().fireChannelReadComplete();
    }

    int engines() {
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

    final class FakeSession extends ChannelInboundHandlerAdapter {
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
    static final class ManualLoop implements GateLoop {
        private record Timer(long at, Runnable task) {}

        private final Queue<Runnable> atEnd = new ArrayDeque<>();
        private final Queue<Timer> timers = new PriorityQueue<>(Comparator.comparingLong(Timer::at));
        long now = 1_000_000;
        long stepNanos;

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
