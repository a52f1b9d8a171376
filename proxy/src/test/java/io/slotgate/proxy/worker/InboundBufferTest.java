package io.slotgate.proxy.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class InboundBufferTest {
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final Worker worker = new Worker(channel.eventLoop(), PooledByteBufAllocator.DEFAULT);
    private final Connection one = new Connection();
    private final Connection two = new Connection();

    @AfterEach
    void close() {
        one.inbound.close();
        two.inbound.close();
        worker.close();
        channel.finishAndReleaseAll();
    }

    @Test
    void aConnectionWhoseBytesWereUsedUpOwnsNoMemory() {
        ByteBuf first = one.read("all of it");
        InboundBuffer.release(first);

        ByteBuf second = two.read("more");

        assertThat(second).as("the buffer the other one had read into").isSameAs(first);
        InboundBuffer.release(second);
    }

    @Test
    void whatIsKeptIsNotTouchedByOtherConnections() {
        one.keep(one.read("GET al"), 4);
        two.keep(two.read("SET be"), 0);
        InboundBuffer.release(two.read("ta"));

        ByteBuf rest = one.read("pha");

        assertThat(text(rest)).isEqualTo("alpha");
        InboundBuffer.release(rest);
    }

    @Test
    void theNextReadGoesRightBehindWhatIsKept() {
        ByteBuf kept = one.keep(one.read("al"), 0);

        ByteBuf whole = one.read("pha");

        assertThat(whole).isSameAs(kept);
        assertThat(text(whole)).isEqualTo("alpha");
        InboundBuffer.release(whole);
    }

    @Test
    void bytesThatCameInABufferOfTheirOwnAreJoined() {
        one.keep(one.read("al"), 0);
        ByteBuf decrypted = PooledByteBufAllocator.DEFAULT.directBuffer();
        decrypted.writeCharSequence("pha", StandardCharsets.US_ASCII);

        ByteBuf whole = one.inbound.accept(decrypted);

        assertThat(text(whole)).isEqualTo("alpha");
        assertThat(decrypted.refCnt()).isZero();
        InboundBuffer.release(whole);
    }

    @Test
    void aBufferThatOthersHoldAPartOfIsNotWrittenTo() {
        ByteBuf first = one.keep(one.read("value1 rest"), 0);
        ByteBuf again = one.inbound.take();
        assertThat(again).isSameAs(first);
        ByteBuf part = first.retainedSlice(0, 6);

        one.keep(first, 7);
        ByteBuf whole = one.read(" and more");

        assertThat(text(whole)).isEqualTo("rest and more");
        assertThat(part.toString(StandardCharsets.US_ASCII)).isEqualTo("value1");
        part.release();
        InboundBuffer.release(whole);
    }

    @Test
    void roomIsMadeForAFrameWhoseSizeIsKnown() {
        ByteBuf kept = one.inbound.keepFrom(one.read("$1000000"), 0, 1_000_000);

        assertThat(kept.capacity()).isGreaterThanOrEqualTo(1_000_000);
    }

    @Test
    void anyCutsAndAnyPartsUsedGiveTheSameBytes() {
        Random random = new Random(7);
        StringBuilder sent = new StringBuilder();
        StringBuilder used = new StringBuilder();
        for (int i = 0; i < 2000; i++) {
            String piece = randomText(random, random.nextInt(10) == 0 ? 20_000 : 50);
            sent.append(piece);
            ByteBuf whole = one.read(piece);
            int use = random.nextInt(3) == 0 ? whole.readableBytes() : random.nextInt(whole.readableBytes() + 1);
            used.append(whole.toString(whole.readerIndex(), use, StandardCharsets.US_ASCII));
            if (use == whole.readableBytes()) {
                InboundBuffer.release(whole);
            } else {
                one.inbound.keepFrom(whole, whole.readerIndex() + use, random.nextInt(4) == 0 ? 50_000 : 0);
            }
            two.keep(two.read(randomText(random, 100)), 0);
            two.inbound.close();
        }
        ByteBuf left = one.inbound.take();
        if (left != null) {
            used.append(text(left));
            InboundBuffer.release(left);
        }

        assertThat(used.toString()).isEqualTo(sent.toString());
    }

    @Test
    @SuppressWarnings("deprecation") // the type of the handle
    void bytesThatArriveWhileTheKeptOnesAreUsedFollowThem() {
        // A transport that hands the buffer to the kernel before there is anything to read, as io_uring does.
        one.keep(one.read("al"), 0);
        ByteBuf handedOut = one.handle.allocate(PooledByteBufAllocator.DEFAULT);
        ByteBuf whole = Objects.requireNonNull(one.inbound.take());
        assertThat(text(whole)).isEqualTo("al");
        one.keep(whole, whole.readerIndex() + 1);

        handedOut.writeCharSequence("pha", StandardCharsets.US_ASCII);
        ByteBuf joined = one.inbound.accept(handedOut);

        assertThat(text(joined)).isEqualTo("lpha");
        InboundBuffer.release(joined);
    }

    private static String randomText(Random random, int most) {
        return String.valueOf((char) ('a' + random.nextInt(26))).repeat(1 + random.nextInt(most));
    }

    private static String text(ByteBuf buffer) {
        return buffer.toString(StandardCharsets.US_ASCII);
    }

    /** One connection, read as Netty does. */
    @SuppressWarnings("deprecation") // the type of the handle
    private final class Connection {
        final InboundBuffer inbound = new InboundBuffer(worker);
        final RecvByteBufAllocator.Handle handle = inbound.receiveBuffers().newHandle();

        ByteBuf read(String text) {
            ByteBuf target = handle.allocate(PooledByteBufAllocator.DEFAULT);
            assertThat(target.writableBytes()).isPositive();
            for (int at = 0; at < text.length();) {
                // Never more than the buffer takes, as a socket would do it.
                int count = Math.min(target.writableBytes(), text.length() - at);
                target.writeCharSequence(text.substring(at, at + count), StandardCharsets.US_ASCII);
                at += count;
                if (at < text.length()) {
                    ByteBuf whole = inbound.accept(target);
                    inbound.keepFrom(whole, whole.readerIndex(), 0);
                    target = handle.allocate(PooledByteBufAllocator.DEFAULT);
                }
            }
            return inbound.accept(target);
        }

        ByteBuf keep(ByteBuf buffer, int from) {
            return inbound.keepFrom(buffer, from, 0);
        }
    }
}
