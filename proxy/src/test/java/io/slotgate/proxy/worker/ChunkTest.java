package io.slotgate.proxy.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ChunkTest {
    private final ChunkPool pool = new ChunkPool(PooledByteBufAllocator.DEFAULT);
    private final ChunkWriter writer = new ChunkWriter(pool);
    private final ByteBuf source = PooledByteBufAllocator.DEFAULT.directBuffer(64 * 1024).writeZero(64 * 1024);

    @AfterEach
    void close() {
        writer.close();
        pool.close();
        source.release();
    }

    @Test
    void whatIsAppendedLiesInOneChunkUntilItIsFull() {
        Chunk first = writer.append(source, 0, 10_000);
        Chunk second = writer.append(source, 0, 6_000);
        Chunk third = writer.append(source, 0, 1_000);

        assertThat(second).isSameAs(first);
        assertThat(third).isNotSameAs(first);
        first.drop();
        second.drop();
        third.drop();
    }

    @Test
    void onlyWhatWasAppendedLastIsExtendedAndOnlyWhereThereIsRoom() {
        Chunk first = writer.append(source, 0, 10_000);
        assertThat(writer.extend(first, 10_000, source, 0, 1_000)).isTrue();
        Chunk second = writer.append(source, 0, 100);

        assertThat(writer.extend(first, 11_000, source, 0, 1)).isFalse();
        assertThat(writer.extend(second, 11_100, source, 0, 6_000)).isFalse();

        assertThat(second).isSameAs(first);
        assertThat(first.buffer().writerIndex()).isEqualTo(11_100);
        first.drop();
        second.drop();
    }

    @Test
    void aChunkThatNobodyHoldsAnyMoreIsFilledFromItsStart() {
        Chunk first = writer.append(source, 0, 10_000);
        first.drop();

        Chunk second = writer.append(source, 0, 10_000);

        assertThat(second).isSameAs(first);
        assertThat(second.buffer().writerIndex()).isEqualTo(10_000);
        second.drop();
    }

    @Test
    void aChunkIsNotFilledAgainWhileNettyHasAPartOfIt() {
        Chunk first = writer.append(source, 0, 10_000);
        ByteBuf part = first.buffer().retainedSlice(0, 100);
        first.drop();

        Chunk second = writer.append(source, 0, 10_000);

        assertThat(second).isNotSameAs(first);
        second.drop();
        assertThat(part.refCnt()).isEqualTo(1);
        part.release();
    }

    @Test
    void aChunkOfTheUsualSizeIsUsedAgain() {
        Chunk first = pool.take(10);
        first.drop();

        Chunk second = pool.take(ChunkPool.CHUNK_BYTES);

        assertThat(second).isSameAs(first);
        second.drop();
    }

    @Test
    void aLargerChunkIsMadeToMeasureAndGivenBack() {
        Chunk chunk = pool.take(ChunkPool.CHUNK_BYTES + 1);
        ByteBuf buffer = chunk.buffer();

        chunk.drop();

        assertThat(buffer.refCnt()).isZero();
    }

    @Test
    void somebodysBufferIsGivenBackWhateverItsSize() {
        ByteBuf part = source.retainedSlice(0, ChunkPool.CHUNK_BYTES);
        Chunk chunk = pool.wrap(part);

        chunk.drop();

        assertThat(part.refCnt()).isZero();
        assertThat(source.refCnt()).as("of the buffer it is a part of").isEqualTo(1);
    }

    @Test
    void bytesStayWhereTheyAreWhileTheyAreHeld() {
        ByteBuf text = PooledByteBufAllocator.DEFAULT.directBuffer();
        text.writeCharSequence("the first command", StandardCharsets.US_ASCII);
        Chunk kept = writer.append(text, 0, text.readableBytes());
        for (int i = 0; i < 100; i++) {
            writer.append(source, 0, 5_000).drop();
        }

        assertThat(kept.buffer().toString(0, text.readableBytes(), StandardCharsets.US_ASCII))
                .isEqualTo("the first command");
        kept.drop();
        text.release();
    }
}
