package io.slotgate.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.slotgate.proxy.config.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who gets the connections to a port that several sockets listen on. */
class SharedPortTest {
    private static final int CONNECTIONS = 60;
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private final NetworkStack stack = NetworkStack.of(Transport.AUTO);
    private final EventLoopGroup group = stack.newGroup("shared-port", 1);
    private int number;

    /** One process's listener. */
    private final class Sharer {
        final AtomicInteger accepted = new AtomicInteger();
        final ServerSocketChannel channel;
        final SharedPort port;

        Sharer() {
            channel = stack.serverChannels().newChannel();
            SharedPort.prepare(channel);
            channel.pipeline().addLast(new ChannelInboundHandlerAdapter() {
                @Override
                public void channelRead(ChannelHandlerContext context, Object message) {
                    accepted.incrementAndGet();
                    ((SocketChannel) message).unsafe().closeForcibly();
                }
            });
            group.register(channel).syncUninterruptibly();
            channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), number)).syncUninterruptibly();
            number = channel.localAddress().getPort();
            port = SharedPort.of(channel);
        }

        void leave() {
            channel.close().syncUninterruptibly();
        }
    }

    @AfterEach
    void stop() {
        group.shutdownGracefully().syncUninterruptibly();
    }

    /** How many of some connections each of them gets, in per cent of all. */
    private int[] shares(Sharer... processes) throws IOException {
        int before = total(processes);
        for (Sharer process : processes) {
            process.accepted.set(0);
        }
        assertThat(before).isNotNegative();
        for (int i = 0; i < CONNECTIONS; i++) {
            new Socket(InetAddress.getLoopbackAddress(), number).close();
        }
        await().atMost(PATIENCE).until(() -> total(processes) == CONNECTIONS);
        int[] shares = new int[processes.length];
        for (int i = 0; i < shares.length; i++) {
            shares[i] = processes[i].accepted.get() * 100 / CONNECTIONS;
        }
        return shares;
    }

    private static int total(Sharer... processes) {
        int sum = 0;
        for (Sharer process : processes) {
            sum += process.accepted.get();
        }
        return sum;
    }

    @Test
    void goesFromOneToTheNext() throws IOException {
        Sharer first = new Sharer();
        first.port.takePart();
        assertThat(shares(first)).containsExactly(100);
        for (int generation = 0; generation < 3; generation++) {
            Sharer next = new Sharer();
            assertThat(shares(first, next)).as("until it serves").containsExactly(100, 0);

            next.port.takePart();
            assertThat(shares(first, next)).as("both").doesNotContain(0, 100);

            assertThat(first.port.giveWay()).isTrue();
            assertThat(shares(first, next)).as("the first leaves").containsExactly(0, 100);

            first.leave();
            assertThat(shares(next)).containsExactly(100);
            assertThat(next.port.look()).as("somebody older").isFalse();
            first = next;
        }
        assertThat(first.port.giveWay()).as("others").isFalse();
    }

    @Test
    void theOneThatCameLastCanLeaveFirst() throws IOException {
        Sharer first = new Sharer();
        Sharer second = new Sharer();
        second.port.takePart();

        assertThat(second.port.giveWay()).isTrue();

        assertThat(shares(first, second)).containsExactly(100, 0);
    }

    @Test
    void oneOfThreeLeaves() throws IOException {
        Sharer first = new Sharer();
        Sharer second = new Sharer();
        Sharer third = new Sharer();
        third.port.takePart();

        assertThat(second.port.giveWay()).isTrue();

        int[] shares = shares(first, second, third);
        assertThat(shares[1]).isZero();
        assertThat(shares[0]).isPositive();
        assertThat(shares[2]).isPositive();
    }

    /** Who has come to it before is taken in, whoever comes after goes to the other, and nobody is reset. */
    @Test
    void losesNobodyWhenItLeaves() throws Exception {
        Sharer first = new Sharer();
        first.channel.config().setAutoRead(false);
        Handover leaving = new Handover(group.next());
        leaving.bound(first.channel);
        leaving.takePart();
        List<Socket> waiting = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            waiting.add(new Socket(InetAddress.getLoopbackAddress(), number));
        }
        Sharer second = new Sharer();
        second.port.takePart();
        Thread thread = Thread.ofPlatform().start(() -> {
            try {
                leaving.giveWay(Duration.ofSeconds(60));
                first.leave();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        await().atMost(PATIENCE).until(() -> {
            new Socket(InetAddress.getLoopbackAddress(), number).close();
            return second.accepted.get() > CONNECTIONS;
        });
        assertThat(thread.isAlive()).as("waits for those that wait").isTrue();
        first.channel.config().setAutoRead(true);
        thread.join(Duration.ofSeconds(60));

        assertThat(first.channel.isOpen()).isFalse();
        assertThat(first.accepted.get()).isGreaterThanOrEqualTo(CONNECTIONS);
        for (Socket socket : waiting) {
            socket.close();
        }
    }

    /** Then the place of the second can't be known. */
    @Test
    void sharesToTheLastWhereItCantBeTold() throws IOException {
        Sharer first = new Sharer();
        Sharer second = new Sharer();
        second.port.takePart();
        Sharer third = new Sharer();
        third.port.takePart();
        first.leave();

        assertThat(second.port.giveWay()).isTrue();

        assertThat(shares(second, third)).doesNotContain(0, 100);
    }
}
