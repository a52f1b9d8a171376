package io.slotgate.proxy.resp;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.slotgate.proxy.resp.RequestReader.Outcome;
import io.slotgate.proxy.resp.RequestReader.Resume;
import io.slotgate.proxy.resp.RequestScanner.Status;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RequestScannerFuzzTest {
    private static final RequestLimits LIMITS = new RequestLimits(4096, 256, 1024, true);
    private static final int STREAMS = 300;

    @ParameterizedTest
    @EnumSource
    void findsTheSameCommandsHoweverTheyArrive(Resume resume) {
        for (long seed = 0; seed < STREAMS; seed++) {
            Random random = new Random(seed);
            RandomRequests requests = new RandomRequests(random, 1 + random.nextInt(12));
            byte[] bytes = requests.bytes();

            Outcome outcome = new RequestReader(LIMITS, resume, random, bytes)
                    .read(Pieces.random(random, bytes.length));

            assertThat(outcome).as("seed %d", seed).isEqualTo(new Outcome(requests.commands(), null, 0));
        }
    }

    @ParameterizedTest
    @EnumSource
    void cutAnywhereLeavesTheLastCommandOver(Resume resume) {
        for (long seed = 0; seed < STREAMS / 4; seed++) {
            Random random = new Random(seed);
            RandomRequests requests = new RandomRequests(random, 3);
            byte[] bytes = requests.bytes();
            byte[] cut = Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));

            Outcome outcome = new RequestReader(LIMITS, resume, random, cut).read(Pieces.random(random, cut.length));

            assertThat(outcome.error()).as("seed %d", seed).isNull();
            assertThat(requests.commands().subList(0, outcome.commands().size())).as("seed %d", seed)
                    .isEqualTo(outcome.commands());
        }
    }

    @ParameterizedTest
    @EnumSource
    void damagedStreamsMeanTheSameHoweverTheyArrive(Resume resume) {
        for (long seed = 0; seed < STREAMS * 4; seed++) {
            Random random = new Random(seed);
            byte[] bytes = random.nextInt(4) == 0
                    ? TestBytes.garbage(random, random.nextInt(200))
                    : TestBytes.damaged(random, new RandomRequests(random, 1 + random.nextInt(4)).bytes());
            Outcome whole = new RequestReader(LIMITS, Resume.ANEW, random, bytes).read(Pieces.whole(bytes.length));

            Outcome outcome = new RequestReader(LIMITS, resume, random, bytes)
                    .read(Pieces.random(random, bytes.length));

            assertThat(outcome).as("seed %d", seed).isEqualTo(whole);
        }
    }

    @Test
    void staysWithinABufferThatEndsWithTheBytes() {
        RequestScanner scanner = new RequestScanner(LIMITS);
        for (long seed = 0; seed < STREAMS * 4; seed++) {
            Random random = new Random(seed);
            byte[] bytes = TestBytes.damaged(random, new RandomRequests(random, 1).bytes());
            int length = random.nextInt(bytes.length + 1);
            ByteBuf buffer = Unpooled.wrappedBuffer(Arrays.copyOf(bytes, length));
            RequestFrame frame = new RequestFrame();

            Status status = scanner.scan(buffer, 0, length, frame);

            if (status == Status.INLINE) {
                frame.buffer().release();
            }
            assertThat(status == Status.INCOMPLETE || !frame.begun()).as("%s leaves nothing to scan", status).isTrue();
        }
    }
}
