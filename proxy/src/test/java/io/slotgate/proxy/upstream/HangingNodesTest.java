package io.slotgate.proxy.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import io.slotgate.proxy.plane.Answer;
import io.slotgate.proxy.plane.FakeNode;
import io.slotgate.proxy.upstream.ChannelKey.Lane;
import io.slotgate.topology.model.HostPort;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** When a node is told to be silent, and when it is cut, by a time that only passes here: hours, which nobody waits for. */
@Timeout(60)
class HangingNodesTest {
    private static final long ANSWER_TIMEOUT = TimeUnit.HOURS.toNanos(2);
    private static final long INTERVAL = ANSWER_TIMEOUT / 8;

    private final UpstreamsFixture fixture = new UpstreamsFixture();
    private final FakeNode hanging = new FakeNode(command -> command.is("readonly") ? Answer.OK : Answer.NOTHING);
    private final FakeNode other = new FakeNode(command -> Answer.OK);
    private final List<UpstreamChannel> channels = new ArrayList<>();
    private final List<HostPort> silent = new ArrayList<>();
    private final SilentNodes nodes = new SilentNodes(channels, new Listening(), fixture.worker.counters(),
            ANSWER_TIMEOUT);
    private long now = System.nanoTime();

    @AfterEach
    void close() {
        fixture.close();
        hanging.close();
        other.close();
    }

    @ParameterizedTest
    @EnumSource(names = {"SHARED", "REPLICA"})
    void aNodeIsToldOfWhenACommandIsUnansweredForTheAnswerTimeoutAndNotBefore(Lane lane) {
        UpstreamChannel stuck = ready(hanging, lane);
        ready(other, lane);
        pass(2 * ANSWER_TIMEOUT);
        assertThat(silent).as("nothing is under way").isEmpty();

        send(stuck);
        pass(ANSWER_TIMEOUT - INTERVAL);
        assertThat(silent).isEmpty();
        pass(INTERVAL);
        assertThat(silent).containsExactly(hanging.address());
        pass(3 * INTERVAL);
        assertThat(silent).as("again and again").hasSize(4).containsOnly(hanging.address());
    }

    @ParameterizedTest
    @EnumSource(names = {"SHARED", "REPLICA"})
    void whereTheProbeFailedTooAllConnectionsToTheNodeAreCutAndNoOthers(Lane lane) {
        UpstreamChannel stuck = ready(hanging, lane);
        UpstreamChannel bulk = ready(hanging, Lane.BULK);
        UpstreamChannel well = ready(other, lane);
        send(stuck);
        pass(ANSWER_TIMEOUT);
        assertThat(silent).isNotEmpty();
        long probed = now;
        pass(INTERVAL);

        cut(probed);

        assertThat(hung()).isEqualTo(2);
        assertThat(fixture.call(stuck::waiting)).isZero();
        // Both connect again at once, so that they are ready says nothing.
        assertThat(fixture.call(bulk::waiting)).isZero();
        assertThat(fixture.call(well::ready)).isTrue();
    }

    @ParameterizedTest
    @EnumSource(names = {"SHARED", "REPLICA"})
    void aSlowAnswerCutsNothingAsLongAsNoProbeFails(Lane lane) {
        CompletableFuture<Void> gate = new CompletableFuture<>();
        UpstreamChannel slow = ready(hanging, lane);
        hanging.rule(command -> Answer.OK.after(gate));
        send(slow);

        pass(100 * ANSWER_TIMEOUT);
        assertThat(silent).as("asked about again and again").hasSizeGreaterThan(100);
        gate.complete(null);
        awaitAnswered(slow);
        pass(0);
        silent.clear();
        pass(2 * ANSWER_TIMEOUT);

        assertThat(silent).isEmpty();
        assertThat(hung()).isZero();
        assertThat(fixture.call(slow::ready)).isTrue();
        assertThat(hanging.connections()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(names = {"SHARED", "REPLICA"})
    void aNodeThatTakesLongForEachOfManyCommandsIsNotToldOf(Lane lane) {
        UpstreamChannel slow = ready(hanging, lane);
        List<CompletableFuture<Void>> gates = new ArrayList<>();
        hanging.rule(command -> Answer.OK.after(gates.get(hanging.commands("get").size() - 1)));
        for (int i = 0; i < 5; i++) {
            gates.add(new CompletableFuture<>());
            send(slow);
            int sent = i + 1;
            await().until(() -> hanging.commands("get").size() == sent);
        }
        pass(0);

        for (int i = 0; i < 5; i++) {
            pass(ANSWER_TIMEOUT - INTERVAL);
            gates.get(i).complete(null);
            int left = 4 - i;
            await().until(() -> fixture.call(slow::waiting) == left);
            pass(0);
        }

        assertThat(silent).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"SHARED", "REPLICA"})
    void aNodeThatHasAnsweredACommandSinceItsProbeBeganIsNotCut(Lane lane) {
        CompletableFuture<Void> gate = new CompletableFuture<>();
        UpstreamChannel slow = ready(hanging, lane);
        hanging.rule(command -> Answer.OK.after(gate));
        send(slow);
        pass(ANSWER_TIMEOUT);
        long probed = now;
        gate.complete(null);
        awaitAnswered(slow);
        now += INTERVAL;

        cut(probed);

        assertThat(hung()).isZero();
        assertThat(fixture.call(slow::ready)).isTrue();
    }

    @Test
    void whereItWasThisProcessThatHungNodesGetTheirTimeOnceMore() {
        UpstreamChannel stuck = ready(hanging, Lane.SHARED);
        send(stuck);
        pass(INTERVAL);

        now += 3 * ANSWER_TIMEOUT;
        pass(0);
        pass(ANSWER_TIMEOUT - INTERVAL);
        assertThat(silent).isEmpty();
        pass(INTERVAL);

        assertThat(silent).containsExactly(hanging.address());
    }

    @ParameterizedTest
    @EnumSource(names = {"BULK", "LEASED"})
    void whereCommandsMayWaitOnPurposeNobodyLooks(Lane lane) {
        send(ready(hanging, lane));

        pass(10 * ANSWER_TIMEOUT);

        assertThat(silent).isEmpty();
    }

    private UpstreamChannel ready(FakeNode node, Lane lane) {
        UpstreamChannel channel = fixture.ready(node.address(), lane);
        fixture.run(() -> channels.add(channel));
        return channel;
    }

    private void send(UpstreamChannel channel) {
        // Sweeps go on all the time: one has just been.
        pass(0);
        fixture.run(() -> fixture.sendRead(channel));
    }

    private void awaitAnswered(UpstreamChannel channel) {
        await().until(() -> fixture.call(channel::waiting) == 0);
    }

    /** Lets this time pass, and the sweeps that are due; at least one. */
    private void pass(long nanos) {
        long end = now + nanos;
        fixture.run(() -> {
            do {
                now = Math.min(now + INTERVAL, end);
                nodes.sweep(now);
            } while (now < end);
        });
    }

    /** The node has not answered a probe that began then. */
    private void cut(long probed) {
        fixture.run(() -> nodes.cut(hanging.address(), probed, now));
    }

    private long hung() {
        return fixture.call(() -> fixture.worker.counters().upstreamHung);
    }

    /** Notes who is silent. */
    private final class Listening implements UpstreamEvents {
        @Override
        public boolean onError(UpstreamChannel channel, Pending pending, ByteBuf buffer, int start, int end) {
            return false;
        }

        @Override
        public void onLost(UpstreamChannel channel, Pending pending, boolean sent) {}

        @Override
        public void onReady(UpstreamChannel channel) {}

        @Override
        public void onSilence(UpstreamChannel channel) {
            silent.add(channel.key().node());
        }

        @Override
        public void onUnavailable(UpstreamChannel channel, Throwable cause) {}
    }
}
