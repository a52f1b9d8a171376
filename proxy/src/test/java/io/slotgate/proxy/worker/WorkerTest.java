package io.slotgate.proxy.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.EventLoop;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WorkerTest {
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final EventLoop loop = channel.eventLoop();
    private final Worker worker = new Worker(loop, PooledByteBufAllocator.DEFAULT);

    @AfterEach
    void close() {
        worker.close();
        channel.finishAndReleaseAll();
    }

    @Test
    void theScratchBufferLeavesAloneWhatWasPassedOnByReference() {
        ByteBuf first = worker.scratch();
        first.writeCharSequence("first", StandardCharsets.US_ASCII);
        ByteBuf passedOn = first.retainedSlice();

        worker.scratch().writeCharSequence("other", StandardCharsets.US_ASCII);

        assertThat(passedOn.toString(StandardCharsets.US_ASCII)).isEqualTo("first");
        passedOn.release();
    }

    @Test
    void theScratchBufferDoesNotStayLarge() {
        worker.scratch().writeZero(10_000_000);

        assertThat(worker.scratch().capacity()).isLessThan(10_000);
    }
}
