package io.slotgate.proxy.resp;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.slotgate.proxy.resp.ReplyFeed.Outcome;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ReplyScannerFuzzTest {
    private static final int STREAMS = 1000;

    @Test
    void findsTheSameEndsHoweverRepliesArrive() {
        for (long seed = 0; seed < STREAMS; seed++) {
            Random random = new Random(seed);
            RandomReplies replies = new RandomReplies(random, 1 + random.nextInt(10));
            byte[] bytes = replies.bytes();

            Outcome kept = new ReplyFeed(bytes).read(Pieces.random(random, bytes.length));
            Outcome dropped = new ReplyFeed(bytes).readDropping(random, Pieces.random(random, bytes.length));

            assertThat(kept).as("seed %d", seed).isEqualTo(new Outcome(replies.ends(), false));
            assertThat(dropped).as("seed %d, dropping", seed).isEqualTo(kept);
        }
    }

    @Test
    void damagedRepliesMeanTheSameHoweverTheyArrive() {
        for (long seed = 0; seed < STREAMS * 4; seed++) {
            Random random = new Random(seed);
            byte[] bytes = random.nextInt(4) == 0
                    ? TestBytes.garbage(random, random.nextInt(200))
                    : TestBytes.damaged(random, new RandomReplies(random, 1 + random.nextInt(3)).bytes());
            Outcome whole = new ReplyFeed(bytes).read(Pieces.whole(bytes.length));

            Outcome kept = new ReplyFeed(bytes).read(Pieces.random(random, bytes.length));
            Outcome dropped = new ReplyFeed(bytes).readDropping(random, Pieces.random(random, bytes.length));

            assertThat(kept).as("seed %d", seed).isEqualTo(whole);
            assertThat(dropped).as("seed %d, dropping", seed).isEqualTo(whole);
        }
    }

    @Test
    void staysWithinABufferThatEndsWithTheBytes() {
        for (long seed = 0; seed < STREAMS; seed++) {
            Random random = new Random(seed);
            byte[] bytes = TestBytes.damaged(random, new RandomReplies(random, 1).bytes());
            int length = random.nextInt(bytes.length + 1);
            ByteBuf buffer = Unpooled.wrappedBuffer(Arrays.copyOf(bytes, length));

            int end = new ReplyScanner().scan(buffer, 0, length);

            assertThat(end).as("seed %d", seed).isBetween(ReplyScanner.MALFORMED, length);
        }
    }
}
