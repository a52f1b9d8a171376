package io.slotgate.proxy.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.slotgate.proxy.worker.InboundBuffer;
import io.slotgate.proxy.worker.Worker;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReplyReaderTest {
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final Worker worker = new Worker(channel.eventLoop(), PooledByteBufAllocator.DEFAULT);
    private final InboundBuffer inbound = new InboundBuffer(worker);
    private final Collector replies = new Collector();
    private final ReplyReader reader = new ReplyReader(inbound, replies);

    @AfterEach
    void close() {
        reader.close();
        worker.close();
        channel.finishAndReleaseAll();
    }

    @Test
    void repliesCutAtEveryByteComeWhole() {
        List<String> sent = List.of("+OK\r\n", "$5\r\nhello\r\n", "$-1\r\n", "*2\r\n:1\r\n$0\r\n\r\n", "-ERR no\r\n",
                "%1\r\n+a\r\n_\r\n", ">2\r\n+push\r\n+it\r\n", "*0\r\n");

        String.join("", sent).chars().forEach(c -> read(String.valueOf((char) c)));

        assertThat(replies.whole).isEqualTo(sent);
        assertThat(replies.parts).isEmpty();
    }

    @Test
    void aLargeReplyThatIsNotTakenInPartsIsGathered() {
        String large = "$300000\r\n" + "x".repeat(300_000) + "\r\n";

        readInPieces(large + "+OK\r\n", 10_000);

        assertThat(replies.whole).containsExactly(large, "+OK\r\n");
        assertThat(replies.asked).isPositive();
    }

    @Test
    void aLargeReplyComesInPartsIfThatIsWanted() {
        String large = "$300000\r\n" + "x".repeat(300_000) + "\r\n";
        replies.wantsParts = true;

        readInPieces("+before\r\n" + large + "+after\r\n", 1000);

        assertThat(replies.whole).containsExactly("+before\r\n", "+after\r\n");
        assertThat(String.join("", replies.parts)).isEqualTo(large);
        assertThat(replies.ended).isEqualTo(1);
        assertThat(replies.parts).hasSizeGreaterThan(100);
    }

    @Test
    void itCanBeTakenInPartsFromTheMiddleOn() {
        String large = "*3\r\n$200000\r\n" + "x".repeat(200_000) + "\r\n$200000\r\n" + "y".repeat(200_000)
                + "\r\n:1\r\n";

        readInPieces(large.substring(0, 150_000), 8192);
        replies.wantsParts = true;
        readInPieces(large.substring(150_000) + "+OK\r\n", 8192);

        assertThat(String.join("", replies.parts)).isEqualTo(large);
        assertThat(replies.whole).containsExactly("+OK\r\n");
    }

    @Test
    void garbageIsReportedOnceAndWhatCameBeforeItIsGood() {
        read("+OK\r\n:5\r\nHTTP/1.1 400 Bad Request\r\n\r\n");

        assertThat(replies.whole).containsExactly("+OK\r\n", ":5\r\n");
        assertThat(replies.malformed).isEqualTo(1);
    }

    @Test
    void nothingIsHandedOverOnceNobodyWantsIt() {
        replies.closeAfter = 1;

        read("+first\r\n+second\r\n");

        assertThat(replies.whole).containsExactly("+first\r\n");
    }

    @Test
    void aSinkThatFailsLeavesNoBufferBehind() {
        replies.failing = true;

        assertThatThrownBy(() -> read("+first\r\n+second\r\n")).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void anyCutsGiveTheSameReplies() {
        Random random = new Random(31);
        for (int round = 0; round < 60; round++) {
            replies.whole.clear();
            replies.parts.clear();
            replies.random = random;
            StringBuilder sent = new StringBuilder();
            for (int i = 0; i < 40; i++) {
                int length = random.nextInt(8) == 0 ? random.nextInt(200_000) : random.nextInt(60);
                sent.append(switch (random.nextInt(4)) {
                    case 0 -> "+" + "s".repeat(Math.min(length, 1000)) + "\r\n";
                    case 1 -> "*2\r\n$" + length + "\r\n" + "b".repeat(length) + "\r\n:7\r\n";
                    default -> "$" + length + "\r\n" + "v".repeat(length) + "\r\n";
                });
            }

            for (int at = 0; at < sent.length();) {
                int piece = Math.min(sent.length() - at, 1 + random.nextInt(random.nextBoolean() ? 20 : 60_000));
                read(sent.substring(at, at + piece));
                at += piece;
            }

            assertThat(replies.inOrder.toString()).isEqualTo(sent.toString());
            replies.inOrder.setLength(0);
        }
    }

    private void readInPieces(String text, int size) {
        for (int at = 0; at < text.length(); at += size) {
            read(text.substring(at, Math.min(text.length(), at + size)));
        }
    }

    @SuppressWarnings("deprecation") // the type of the handle
    private void read(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        for (int at = 0; at < bytes.length;) {
            ByteBuf target = inbound.receiveBuffers().newHandle().allocate(PooledByteBufAllocator.DEFAULT);
            int count = Math.min(target.writableBytes(), bytes.length - at);
            reader.read(target.writeBytes(bytes, at, count));
            at += count;
        }
    }

    private static final class Collector implements ReplyReader.Sink {
        final List<String> whole = new ArrayList<>();
        final List<String> parts = new ArrayList<>();
        final StringBuilder inOrder = new StringBuilder();
        @Nullable
        Random random;
        boolean wantsParts;
        boolean failing;
        int ended;
        int asked;
        int malformed;
        int closeAfter = Integer.MAX_VALUE;

        @Override
        public void reply(ByteBuf buffer, int start, int end) {
            if (failing) {
                throw new IllegalStateException("test");
            }
            whole.add(text(buffer, start, end));
        }

        @Override
        public boolean takesParts(long size) {
            asked++;
            return wantsParts || (random != null && random.nextInt(5) == 1);
        }

        @Override
        public void part(ByteBuf buffer, int start, int end, boolean last) {
            parts.add(text(buffer, start, end));
            ended += last ? 1 : 0;
        }

        @Override
        public void malformed() {
            malformed++;
            closeAfter = 0;
        }

        @Override
        public boolean open() {
            return whole.size() < closeAfter;
        }

        private String text(ByteBuf buffer, int start, int end) {
            String text = buffer.toString(start, end - start, StandardCharsets.ISO_8859_1);
            inOrder.append(text);
            return text;
        }
    }
}
