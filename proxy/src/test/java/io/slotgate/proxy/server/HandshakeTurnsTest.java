package io.slotgate.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.Channel;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whose turn it is when many connections come, and for how long they may stay. */
class HandshakeTurnsTest extends HandshakeGateFixture {
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

    private static GateLimits generous() {
        return new GateLimits(2, 100, 10_000 * MILLI, 20 * MILLI, 0.5);
    }
}
