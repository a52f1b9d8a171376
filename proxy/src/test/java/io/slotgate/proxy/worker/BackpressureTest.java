package io.slotgate.proxy.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BackpressureTest {
    private static final int HALF = (int) Backpressure.MOST_BYTES / 2;

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final Worker worker = new Worker(channel.eventLoop(), PooledByteBufAllocator.DEFAULT);
    private final List<Boolean> reading = new ArrayList<>();
    private final Backpressure pressure = new Backpressure(worker, reading::add);
    private final Backlog one = new Backlog(worker);
    private final Backlog other = new Backlog(worker);
    private final ByteBuf data = PooledByteBufAllocator.DEFAULT.directBuffer(8);

    @AfterEach
    void release() {
        assertThat(data.refCnt()).as("references to the data").isEqualTo(1);
        data.release();
        worker.close();
        channel.close();
    }

    @Test
    void readsOnWhileAllKeepUp() {
        grow(one, HALF);
        grow(one, HALF);
        grow(other, HALF);

        assertThat(pressure.paused()).isFalse();
        assertThat(reading).isEmpty();
        drop(one, 2);
        drop(other, 1);
    }

    @Test
    void pausesUntilAllHaveCaughtUp() {
        // Given
        for (int i = 0; i < 3; i++) {
            grow(one, HALF);
            grow(other, HALF);
        }
        assertThat(reading).containsExactly(false);

        // When: one has, the other has as much as it may again
        drop(one, 3);
        drop(other, 1);
        look();
        assertThat(pressure.paused()).isTrue();
        drop(other, 2);
        look();

        // Then
        assertThat(pressure.paused()).isFalse();
        assertThat(reading).containsExactly(false, true);
        look();
        assertThat(reading).containsExactly(false, true);
    }

    private void grow(Backlog backlog, int bytes) {
        backlog.hand(data, bytes, () -> {});
        pressure.grown(backlog);
    }

    private void drop(Backlog backlog, int times) {
        for (int i = 0; i < times; i++) {
            backlog.done(data, HALF);
        }
    }

    private void look() {
        channel.advanceTimeBy(Backpressure.LOOK_MILLIS, TimeUnit.MILLISECONDS);
        channel.runPendingTasks();
    }
}
