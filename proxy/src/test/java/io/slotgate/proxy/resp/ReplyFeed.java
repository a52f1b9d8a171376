package io.slotgate.proxy.resp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Reads a stream of replies as an upstream channel does, and watches the scanner while it does so. */
final class ReplyFeed {
    /** Behind each whole reply, and whether garbage followed. */
    record Outcome(List<Integer> ends, boolean malformed) {}

    private static final int PADDING = 9;

    private final ReplyScanner scanner = new ReplyScanner();
    private final byte[] bytes;
    private final List<Integer> ends = new ArrayList<>();
    private WatchedBuffer buffer;
    /** Where in the buffer the stream's first byte lies, or would. */
    private int origin = PADDING;
    private int taken;
    private int scans;
    private long touched;

    ReplyFeed(byte[] bytes) {
        this.bytes = bytes;
        this.buffer = new WatchedBuffer(bytes, 0, PADDING);
    }

    static Outcome read(String bytes) {
        byte[] all = TestBytes.bytes(bytes);
        return new ReplyFeed(all).read(Pieces.whole(all.length));
    }

    Outcome read(int[] pieces) {
        for (int there : pieces) {
            if (!take(there)) {
                return new Outcome(ends, true);
            }
        }
        return new Outcome(ends, false);
    }

    /** Reads on in other buffers from time to time, which hold only what was not taken. */
    Outcome readDropping(Random random, int[] pieces) {
        for (int there : pieces) {
            if (!take(there)) {
                return new Outcome(ends, true);
            }
            int padding = random.nextInt(20);
            touched += buffer.touched();
            buffer = new WatchedBuffer(bytes, taken, padding);
            origin = padding - taken;
        }
        return new Outcome(ends, false);
    }

    /** Bytes of the stream that were taken. */
    int taken() {
        return taken;
    }

    int scans() {
        return scans;
    }

    long touched() {
        return touched + buffer.touched();
    }

    private boolean take(int there) {
        int to = origin + there;
        while (taken < there) {
            int at = origin + taken;
            buffer.window(at, to);
            scans++;
            int next = scanner.scan(buffer, at, to);
            if (next == ReplyScanner.MALFORMED) {
                return false;
            }
            assertThat(next).as("behind what was taken").isBetween(at, to);
            taken = next - origin;
            if (!scanner.complete()) {
                return true;
            }
            assertThat(next).as("behind a reply").isGreaterThan(at);
            ends.add(taken);
        }
        return true;
    }
}
