package io.slotgate.proxy.resp;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotgate.proxy.resp.RequestScanner.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Reads a stream of commands as a session does, and watches the scanner while it does so. */
final class RequestReader {
    /** What happens to a command that is not whole when more bytes come. */
    enum Resume {
        /** It is taken up where the scan stopped. */
        SAME_FRAME,
        /** It is scanned again from its start. */
        ANEW,
        /** It has been moved to another buffer, and is taken up there. */
        MOVED,
        /** It is taken up, but only when there are as many bytes as the scanner said are needed. */
        WHEN_NEEDED
    }

    /** The commands read, what was wrong then (or null), and how many bytes were left over. */
    record Outcome(List<List<String>> commands, @Nullable String error, int left) {}

    private static final int PADDING = 9;

    private final RequestScanner scanner;
    private final Resume resume;
    private final Random random;
    private final byte[] bytes;
    private final List<List<String>> commands = new ArrayList<>();
    private WatchedBuffer buffer;
    private RequestFrame frame = new RequestFrame();
    /** Where in the buffer the stream's first byte lies, or would. */
    private int origin = PADDING;
    /** Bytes of the stream that are used up. */
    private int used;
    private int scans;
    private long touched;

    RequestReader(RequestLimits limits, Resume resume, Random random, byte[] bytes) {
        this.scanner = new RequestScanner(limits);
        this.resume = resume;
        this.random = random;
        this.bytes = bytes;
        this.buffer = new WatchedBuffer(bytes, 0, PADDING);
    }

    static Outcome read(String bytes, RequestLimits limits) {
        byte[] all = TestBytes.bytes(bytes);
        return new RequestReader(limits, Resume.SAME_FRAME, new Random(1), all).read(Pieces.whole(all.length));
    }

    Outcome read(int[] pieces) {
        int needed = 0;
        for (int there : pieces) {
            boolean last = there == bytes.length;
            if (resume == Resume.WHEN_NEEDED && there < needed && !last) {
                continue;
            }
            Status status = scanAll(there, needed);
            if (status == Status.ERROR) {
                return new Outcome(commands, scanner.error(), bytes.length - used);
            }
            needed = scanner.needed() - origin;
            assertThat(needed).as("needed by a command that is not whole").isGreaterThan(there);
            prepareResume();
        }
        touched += buffer.touched();
        return new Outcome(commands, null, bytes.length - used);
    }

    /** Scans of the whole reading. */
    int scans() {
        return scans;
    }

    /** Bytes looked at in the whole reading, each as often as it was. */
    long touched() {
        return touched;
    }

    private Status scanAll(int there, int needed) {
        while (true) {
            int from = origin + used;
            int to = origin + there;
            buffer.window(from, to);
            scans++;
            Status status = scanner.scan(buffer, from, to, frame);
            if (status == Status.INCOMPLETE || status == Status.ERROR) {
                return status;
            }
            assertThat(scanner.position()).as("behind the command").isGreaterThan(from).isLessThanOrEqualTo(to);
            assertThat(scanner.position() - origin).as("more was said to be needed").isGreaterThanOrEqualTo(needed);
            if (status == Status.COMPLETE) {
                assertThat(frame.start()).isEqualTo(from);
                assertThat(frame.end()).isEqualTo(scanner.position());
            }
            if (status != Status.EMPTY) {
                commands.add(TestBytes.arguments(frame));
            }
            if (status == Status.INLINE) {
                frame.buffer().release();
            }
            used = scanner.position() - origin;
        }
    }

    private void prepareResume() {
        if (resume == Resume.ANEW) {
            frame = new RequestFrame();
        } else if (resume == Resume.MOVED) {
            int padding = random.nextInt(20);
            touched += buffer.touched();
            buffer = new WatchedBuffer(bytes, used, padding);
            origin = padding - used;
            if (frame.begun()) {
                frame.moveTo(buffer, padding);
            }
        }
    }
}
