package io.slotgate.proxy.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.slotgate.proxy.config.Limits;
import io.slotgate.proxy.config.Transport;
import io.slotgate.proxy.config.Upstream;
import io.slotgate.proxy.plane.Answer;
import io.slotgate.proxy.plane.FakeNode;
import io.slotgate.proxy.plane.OnLoop;
import io.slotgate.proxy.plane.PlaneLimits;
import io.slotgate.proxy.server.NetworkStack;
import io.slotgate.proxy.upstream.ChannelKey.Lane;
import io.slotgate.proxy.worker.Worker;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class LeasesTest {
    private static final int MOST = 3;
    private static final int QUEUE = 4;

    @AutoClose
    private final FakeNode node = new FakeNode(command -> command.is("hello") ? Answer.raw("%0\r\n") : Answer.OK);
    private final EventLoopGroup group = NetworkStack.of(Transport.NIO).newGroup("leases-test", 1);
    private final EventLoop loop = group.next();
    private final Worker worker = call(() -> new Worker(loop, PooledByteBufAllocator.DEFAULT));
    private final Upstreams upstreams = new Upstreams(worker, new PendingPool(),
            new Connector(NetworkStack.of(Transport.NIO).clientChannels(), PooledByteBufAllocator.DEFAULT,
                    new Upstream(List.of(node.address()), null, null, null, Duration.ofSeconds(10),
                            Duration.ofMillis(1), Duration.ofMillis(5), Duration.ofSeconds(10)),
                    null, Runnable::run),
            new Unconcerned(worker));
    private final Leases leases = new Leases(worker, upstreams, LeasesTest::limits);

    @AfterEach
    void close() {
        call(() -> {
            upstreams.close();
            worker.close();
            return true;
        });
        group.shutdownGracefully(0, 10, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private static Limits limits() {
        return new PlaneLimits().leases(MOST, QUEUE, Duration.ofSeconds(30)).limits();
    }

    private <T> T call(Callable<T> task) {
        return new OnLoop(loop).call(task);
    }

    /** One that asks once. */
    private final class Asker implements Leases.Borrower {
        volatile @Nullable UpstreamChannel lease;
        volatile Leases.@Nullable Refused refused;
        private Leases.@Nullable Wish wish;
        private boolean cancelled;

        Asker ask(int protocol) {
            wish = leases.acquire(node.address(), protocol, this);
            return this;
        }

        void cancel() {
            cancelled = true;
            if (wish != null) {
                wish.cancel();
            }
        }

        @Override
        public void granted(UpstreamChannel granted) {
            assertThat(lease == null && refused == null && !cancelled).as("asked once").isTrue();
            assertThat(granted.ready() && granted.waiting() == 0).as("clean").isTrue();
            lease = granted;
        }

        @Override
        public void refused(Leases.Refused reason) {
            assertThat(lease == null && refused == null && !cancelled).as("asked once").isTrue();
            refused = reason;
        }

        UpstreamChannel held() {
            await().until(() -> lease != null);
            return lease();
        }

        UpstreamChannel lease() {
            return Objects.requireNonNull(lease);
        }
    }

    private Asker ask(int protocol) {
        return call(() -> new Asker().ask(protocol));
    }

    private void run(Runnable task) {
        new OnLoop(loop).run(task);
    }

    @Test
    void oneThatIsGivenBackIsLentAgainAndOneThatIsDiscardedIsNot() {
        UpstreamChannel first = ask(2).held();
        assertThat(first.key().lane()).isEqualTo(Lane.LEASED);
        run(() -> leases.release(first));
        assertThat(ask(2).held()).isSameAs(first);
        run(() -> leases.discard(first));
        assertThat(first.ready()).isFalse();
        assertThat(ask(2).held()).isNotSameAs(first);
    }

    @Test
    void oneThatIsLostIsNoLongerCountedAndNotConnectedAgain() {
        UpstreamChannel lost = ask(2).held();
        // What the system has accepted for it, the node does not cut.
        await().until(() -> node.connections() == 1);
        node.cut();
        await().until(() -> call(() -> worker.counters().leases) == 0);
        assertThat(lost.ready()).isFalse();
        run(() -> leases.release(lost));
        run(() -> leases.discard(lost));
        assertThat(call(() -> worker.counters().leases)).isZero();
        assertThat(node.connections()).isEqualTo(1);
    }

    @Test
    void theBoundHoldsOverBothProtocols() {
        List<UpstreamChannel> held = new ArrayList<>();
        for (int i = 0; i < MOST; i++) {
            held.add(ask(2).held());
        }
        Asker waiting = ask(3);
        assertThat(waiting.lease).isNull();
        run(() -> leases.release(held.getFirst()));
        assertThat(waiting.held().key().protocol()).isEqualTo(3);
        assertThat(held.getFirst().ready()).as("made room").isFalse();
    }

    @Test
    void aNodeThatCanNotBeReachedIsTold() {
        node.stop();
        Asker asker = ask(2);
        await().until(() -> asker.refused == Leases.Refused.UNREACHABLE);
        node.start();
        assertThat(ask(2).held().ready()).isTrue();
    }

    /** As if the node had left while the lease was lent: the slot map is empty. */
    @Test
    void noneIsKeptWarmOfANodeThatHasLeft() {
        Asker asker = ask(2);
        UpstreamChannel lease = asker.held();
        run(() -> leases.release(lease));
        assertThat(call(() -> upstreams.report().size())).isEqualTo(1);

        run(() -> leases.closeIdle(System.nanoTime() + TimeUnit.SECONDS.toNanos(Leases.IDLE_SECONDS + 1)));

        assertThat(call(() -> upstreams.report().size())).isZero();
        assertThat(call(() -> worker.counters().upstreamReady)).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void whateverHappensNoneIsLentTwiceLostOrAboveTheBound(long seed) {
        Random random = new Random(seed);
        List<Asker> askers = new ArrayList<>();
        for (int step = 0; step < 400; step++) {
            run(() -> {
                int what = random.nextInt(10);
                Asker any = askers.isEmpty() ? null : askers.get(random.nextInt(askers.size()));
                if (any == null || what < 5) {
                    askers.add(new Asker().ask(2 + random.nextInt(2)));
                } else if (any.lease == null && what < 7) {
                    any.cancel();
                    askers.remove(any);
                } else if (any.lease != null) {
                    UpstreamChannel lease = any.lease();
                    askers.remove(any);
                    switch (what) {
                        case 7 -> leases.discard(lease);
                        case 8 -> lease.cut(new IOException("test"));
                        default -> leases.release(lease);
                    }
                }
                askers.removeIf(each -> each.refused == Leases.Refused.TOO_MANY);
                List<UpstreamChannel> held = askers.stream().map(each -> each.lease).filter(each -> each != null)
                        .toList();
                assertThat(held).doesNotHaveDuplicates().hasSizeLessThanOrEqualTo(MOST);
                assertThat(worker.counters().leases)
                        .isEqualTo(held.stream().filter(UpstreamChannel::ready).count());
                assertThat(worker.counters().leasesWaiting).isLessThanOrEqualTo(MOST + QUEUE);
                assertThat(worker.counters().upstreamReady).isLessThanOrEqualTo(MOST);
            });
        }
        // Each that still waits gets one in the end.
        while (!askers.isEmpty()) {
            Asker first = askers.stream().filter(each -> each.lease != null).findFirst().orElse(null);
            if (first != null) {
                UpstreamChannel lease = first.lease();
                askers.remove(first);
                run(() -> leases.release(lease));
            } else {
                await().until(() -> askers.stream().anyMatch(each -> each.lease != null));
            }
        }
        assertThat(call(() -> worker.counters().leases + worker.counters().leasesWaiting)).isZero();
    }
}
