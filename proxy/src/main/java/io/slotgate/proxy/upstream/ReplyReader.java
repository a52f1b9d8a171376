package io.slotgate.proxy.upstream;

import io.netty.buffer.ByteBuf;
import io.slotgate.proxy.resp.ReplyScanner;
import io.slotgate.proxy.worker.InboundBuffer;

/**
 * Cuts what a node sends into replies. A reply that is whole in the bytes that were read is handed over where it lies; one
 * that is cut off is kept until the rest is there, or, if it is large, handed over in parts.
 */
final class ReplyReader {
    /** What happens to the replies. */
    interface Sink {
        /** A whole reply, in place; good during the call. */
        void reply(ByteBuf buffer, int start, int end);

        /** Whether the reply that has begun, of at least {@code size} bytes, is wanted in parts. */
        boolean takesParts(long size);

        /** A part of the reply. */
        void part(ByteBuf buffer, int start, int end, boolean last);

        /** These are no replies. */
        void malformed();

        /** Whether replies are still wanted. */
        boolean open();
    }

    /** Above this many bytes a reply is large. */
    static final int LARGE = 64 * 1024;

    private final InboundBuffer inbound;
    private final Sink sink;
    private final ReplyScanner scanner = new ReplyScanner();
    /** Bytes of the kept, incomplete reply that the scanner took already. */
    private int taken;
    private boolean inParts;

    ReplyReader(InboundBuffer inbound, Sink sink) {
        this.inbound = inbound;
        this.sink = sink;
    }

    /** Takes what was read, and the reference to it. */
    void read(ByteBuf read) {
        ByteBuf buffer = inbound.accept(read);
        boolean kept = false;
        try {
            kept = handOver(buffer);
        } finally {
            if (!kept) {
                buffer.release();
            }
        }
    }

    /** Hands over what is whole; returns whether the buffer, or what is left of it, was kept. */
    private boolean handOver(ByteBuf buffer) {
        int start = buffer.readerIndex();
        int at = start + taken;
        int to = buffer.writerIndex();
        while (at < to) {
            at = scanner.scan(buffer, at, to);
            if (at == ReplyScanner.MALFORMED) {
                sink.malformed();
                return false;
            }
            if (!scanner.complete()) {
                break;
            }
            if (inParts) {
                inParts = false;
                sink.part(buffer, start, at, true);
            } else {
                sink.reply(buffer, start, at);
            }
            if (!sink.open()) {
                return false;
            }
            start = at;
        }
        return keepRest(buffer, start, at, to);
    }

    private boolean keepRest(ByteBuf buffer, int start, int at, int to) {
        taken = 0;
        if (start == to) {
            return false;
        }
        long size = at - start + scanner.bulkLeft();
        // What a node pushes is nobody's reply: it is gathered and dropped.
        if (!inParts && size > LARGE && buffer.getByte(start) != '>' && sink.takesParts(size)) {
            inParts = true;
        }
        int first = start;
        if (inParts && at > start) {
            sink.part(buffer, start, at, false);
            first = at;
        }
        if (!sink.open() || first == to) {
            return false;
        }
        taken = at - first;
        int wanted = inParts ? 0 : (int) Math.min(to - first + scanner.bulkLeft(), 16L * LARGE);
        inbound.keepFrom(buffer, first, wanted);
        return true;
    }

    /** The connection is gone. */
    void close() {
        inbound.close();
    }

    /** Whether the reply that is on its way comes in parts. */
    boolean inParts() {
        return inParts;
    }
}
