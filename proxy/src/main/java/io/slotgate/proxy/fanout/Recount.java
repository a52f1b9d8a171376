package io.slotgate.proxy.fanout;

import io.netty.buffer.ByteBuf;
import io.slotgate.proxy.resp.ReplyWriter;
import io.slotgate.proxy.upstream.Pending;
import java.util.Arrays;

/**
 * Makes one reply of what all primaries say in several rounds, one after the other, while keys are on their way from one to
 * another. Such a key is missed by a round that asks the one before the key is there, and the other when it is gone; a round
 * that asks the other way round meets it twice.
 */
sealed interface Recount extends Merge, AutoCloseable {
    /** Whether the reply of the round before is right, or as good as it will be. */
    boolean settled();

    /** Bytes that it keeps from round to round. */
    default long bytes() {
        return 0;
    }

    /** How long to wait until the next round. */
    default long pauseMillis() {
        return 0;
    }

    @Override
    default void close() {}

    /** KEYS: what was found in either of two rounds, each once; what the first has missed is where the second looks. */
    final class Names implements Recount {
        private final NameSet names;
        private int rounds;

        /** @param elements where to gather the names; released with this */
        Names(ByteBuf elements) {
            names = new NameSet(elements);
        }

        @Override
        public void merge(FanOut parts, ByteBuf out) {
            for (int i = 0; i < parts.count(); i++) {
                Pending part = parts.part(i);
                ByteBuf reply = part.reply().buffer();
                int at = Frames.behindLine(reply, part.reply().offset());
                for (long left = Frames.number(part, "*~"); left > 0; left--) {
                    int end = Frames.behindBulk(reply, at);
                    names.add(reply, at, end);
                    at = end;
                }
            }
            rounds++;
            // Of the first part's type: an array, or a set in RESP3.
            Pending first = parts.part(0);
            out.writeByte(first.reply().buffer().getByte(first.reply().offset()));
            ReplyWriter.decimal(out, names.count());
            out.writeShort(0x0D0A);
            if (settled()) {
                out.writeBytes(names.elements(), 0, names.elements().writerIndex());
            }
        }

        @Override
        public boolean settled() {
            return rounds == 2;
        }

        @Override
        public long bytes() {
            return names.bytes();
        }

        @Override
        public void close() {
            names.elements().release();
        }
    }

    /**
     * DBSIZE: asks until no primary has another number of keys than the round before, after the double collect of Afek and
     * others, "Atomic Snapshots of Shared Memory" (1993): all had theirs at the same time, unless as many keys came to each as left it. Two rounds come close together, and
     * behind them a pause: in the midst of a slot one batch of keys goes after the other, and it is between two slots that keys
     * rest. Where they never do, because clients add and remove them all the time for instance, the last number has to do.
     */
    final class Count implements Recount {
        private static final int MOST_ROUNDS = 50;
        private static final int PAUSE_MILLIS = 4;

        private long[] before = {};
        private boolean steady;
        private int rounds;

        @Override
        public void merge(FanOut parts, ByteBuf out) {
            long[] counts = new long[parts.count()];
            for (int i = 0; i < counts.length; i++) {
                counts[i] = Frames.number(parts.part(i), ":");
            }
            steady = Arrays.equals(before, counts);
            before = counts;
            rounds++;
            ReplyWriter.integer(out, Arrays.stream(counts).sum());
        }

        @Override
        public boolean settled() {
            return steady || rounds == MOST_ROUNDS;
        }

        @Override
        public long pauseMillis() {
            return rounds % 2 == 0 ? PAUSE_MILLIS : 0;
        }
    }

    /** RANDOMKEY: that there is no key is believed the second time. */
    final class AnyKey implements Recount {
        private boolean found;
        private int rounds;

        @Override
        public void merge(FanOut parts, ByteBuf out) {
            ANY_VALUE.merge(parts, out);
            found = !Frames.isNull(out, 0);
            rounds++;
        }

        @Override
        public boolean settled() {
            return found || rounds == 2;
        }
    }

    /** FLUSHALL and FLUSHDB: what came to a primary that was empty already goes the second time. */
    final class Flush implements Recount {
        private int rounds;

        @Override
        public void merge(FanOut parts, ByteBuf out) {
            NodeMerge.DONE.merge(parts, out);
            rounds++;
        }

        @Override
        public boolean takesErrors() {
            return true;
        }

        @Override
        public boolean settled() {
            return rounds == 2;
        }
    }
}
