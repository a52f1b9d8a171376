package io.slotgate.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.Channel;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What one connection goes through on its way to its session, and how it may end before. */
class HandshakeGateTest extends HandshakeGateFixture {
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
}
