package io.slotgate.proxy.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.slotgate.proxy.worker.Chunk;
import io.slotgate.proxy.worker.ChunkPool;
import io.slotgate.proxy.worker.Worker;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplyBufferTest {
    private final EmbeddedChannel channel = new EmbeddedChannel(new ChannelInboundHandlerAdapter());
    private final ChannelHandlerContext ctx = channel.pipeline().firstContext();
    private final Worker worker = new Worker(channel.eventLoop(), channel.alloc());

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
        worker.close();
    }

    @Test
    void whatGathersFirstLiesWithTheWorker() {
        ReplyBuffer buffer = buffer(true);
        append(buffer, "+OK\r\n");
        append(buffer, ":1\r\n");

        assertThat(buffer.isLent()).isTrue();
        assertThat(written(buffer)).isEqualTo("+OK\r\n:1\r\n");
    }

    @Test
    void whatIsKeptBeyondTheTurnLeavesTheWorkersChunk() {
        ReplyBuffer buffer = buffer(true);
        append(buffer, "+QUEUED\r\n");
        Chunk chunk = worker.replies().room(0);
        assertThat(chunk.onlyItsWriterHoldsIt()).isFalse();

        buffer.keep(ctx);

        assertThat(chunk.onlyItsWriterHoldsIt()).isTrue();
        assertThat(written(buffer)).isEqualTo("+QUEUED\r\n");
    }

    @Test
    void aSessionThatEndsLetsGoOfTheChunk() {
        ReplyBuffer buffer = buffer(true);
        append(buffer, "+OK\r\n");

        buffer.close();

        assertThat(worker.replies().room(0).onlyItsWriterHoldsIt()).isTrue();
        assertThat(buffer.isLent()).isFalse();
    }

    @Test
    void whatFillsAChunkIsNotCopiedAgain() {
        ReplyBuffer buffer = buffer(true);
        append(buffer, "a".repeat(ChunkPool.CHUNK_BYTES - 10));
        append(buffer, "b".repeat(20));
        assertThat(buffer.isLent()).isFalse();
        buffer.write(ctx);
        ctx.flush();

        ByteBuf first = channel.readOutbound();
        assertThat(first.unwrap()).as("a part of the chunk").isNotNull();
        assertThat(first.toString(StandardCharsets.US_ASCII)).isEqualTo("a".repeat(ChunkPool.CHUNK_BYTES - 10));
        first.release();
        assertThat(outbound(channel)).isEqualTo("b".repeat(20));
    }

    /** Sessions get replies in any order and of any size within a turn; each gets its own, in their order. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void eachSessionGetsItsOwnReplies(long seed) {
        Random random = new Random(seed);
        boolean direct = seed % 4 != 0;
        List<Receiver> receivers = List.of(new Receiver(direct), new Receiver(direct), new Receiver(direct));
        for (int turn = 0; turn < 200; turn++) {
            for (int replies = random.nextInt(20); replies > 0; replies--) {
                receivers.get(random.nextInt(receivers.size())).gets(reply(random), random);
            }
            receivers.forEach(Receiver::turnEnds);
        }
        assertThat(worker.replies().room(0).onlyItsWriterHoldsIt()).isTrue();
    }

    /** One session with its connection. */
    private final class Receiver {
        private final EmbeddedChannel own = new EmbeddedChannel(new ChannelInboundHandlerAdapter());
        private final ChannelHandlerContext context = own.pipeline().firstContext();
        private final ReplyBuffer buffer;
        private final StringBuilder expected = new StringBuilder();

        Receiver(boolean direct) {
            buffer = buffer(direct);
        }

        void gets(String reply, Random random) {
            ByteBuf source = Unpooled.copiedBuffer(reply, StandardCharsets.US_ASCII);
            if (random.nextInt(5) == 0) {
                buffer.share(context, source, 0, source.writerIndex());
            } else {
                buffer.append(context, source, 0, source.writerIndex());
            }
            source.release();
            expected.append(reply);
            if (random.nextInt(30) == 0) {
                buffer.keep(context);
            }
        }

        void turnEnds() {
            buffer.write(context);
            context.flush();
            assertThat(outbound(own)).isEqualTo(expected.toString());
            expected.setLength(0);
        }
    }

    private static String reply(Random random) {
        int length = 1 + (int) Math.pow(2, random.nextDouble() * 15);
        return String.valueOf((char) ('a' + random.nextInt(26))).repeat(length);
    }

    private ReplyBuffer buffer(boolean direct) {
        return new ReplyBuffer(channel.alloc(), worker.replies(), direct);
    }

    private void append(ReplyBuffer buffer, String reply) {
        ByteBuf source = Unpooled.copiedBuffer(reply, StandardCharsets.US_ASCII);
        buffer.append(ctx, source, 0, source.writerIndex());
        source.release();
    }

    private String written(ReplyBuffer buffer) {
        buffer.write(ctx);
        ctx.flush();
        return outbound(channel);
    }

    private static String outbound(EmbeddedChannel channel) {
        StringBuilder all = new StringBuilder();
        for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
            all.append(part.toString(StandardCharsets.US_ASCII));
            part.release();
        }
        return all.toString();
    }
}
