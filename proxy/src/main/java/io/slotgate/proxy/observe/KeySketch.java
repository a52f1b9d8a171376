package io.slotgate.proxy.observe;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.slotgate.proxy.command.SlotHash;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * Which keys come most often, in bounded memory: Space-Saving, in sets. A key belongs to one of {@link #SETS} sets, each of which
 * counts {@link #WAYS} keys; one that is not among them takes the place, and the count, of the least, and that count is how far its own
 * may be too high. All counts are halved every {@link #HALF_LIFE_SECONDS} seconds, so that they tell what is hot now. Allocates
 * nothing once all places were taken. Confined to its worker.
 *
 * @see <a href="https://doi.org/10.1007/978-3-540-30570-5_27">Metwally, Agrawal, El Abbadi: Efficient Computation of Frequent
 *     and Top-k Elements in Data Streams</a>
 */
final class KeySketch {
    static final int SETS = 32;
    static final int WAYS = 8;
    static final int HALF_LIFE_SECONDS = 10;
    /** Bytes of a key that are kept; longer ones are told apart all the same. */
    static final int KEPT_BYTES = 128;

    private static final int SIZE = SETS * WAYS;
    private static final long SEED = ThreadLocalRandom.current().nextLong();

    private final long[] hashes = new long[SIZE];
    /** Of keys that are not kept as a whole. */
    private final long[] prints = new long[SIZE];
    private final long[] counts = new long[SIZE];
    private final long[] errors = new long[SIZE];
    private final int[] lengths = new int[SIZE];
    private final byte[][] keys = new byte[SIZE][];
    /** Seconds that the counts stand for, up to the last halving. */
    private double weight;
    private long halvedAt;

    KeySketch(long now) {
        halvedAt = now;
    }

    /** Counts a key once. */
    void add(ByteBuf buffer, int offset, int length) {
        long hash = hash(buffer, offset, length);
        int first = set(hash) * WAYS;
        int least = first;
        for (int i = first; i < first + WAYS; i++) {
            if (hashes[i] == hash && lengths[i] == length && counts[i] != 0) {
                counts[i]++;
                return;
            }
            if (counts[i] < counts[least]) {
                least = i;
            }
        }
        hashes[least] = hash;
        lengths[least] = length;
        errors[least] = counts[least]++;
        byte[] key = keys[least];
        if (key == null) {
            key = new byte[KEPT_BYTES];
            keys[least] = key;
        }
        buffer.getBytes(offset, key, 0, Math.min(length, KEPT_BYTES));
        prints[least] = length > KEPT_BYTES ? print(buffer, offset, length) : 0;
    }

    /** Of two keys the hashes are the same by chance only; nobody outside knows the seed. */
    static long hash(ByteBuf buffer, int offset, int length) {
        return hash(SEED, buffer, offset, length);
    }

    /** By what proxies know a key of each other again, whose seeds differ: the same everywhere, and never what decides on a place. */
    static long print(ByteBuf buffer, int offset, int length) {
        return hash(0, buffer, offset, length);
    }

    private static long hash(long seed, ByteBuf buffer, int offset, int length) {
        long hash = seed ^ length;
        int at = offset;
        int end = offset + length;
        for (; at + Long.BYTES <= end; at += Long.BYTES) {
            hash = mix(hash ^ buffer.getLongLE(at));
        }
        long rest = 0;
        for (; at < end; at++) {
            rest = (rest << 8) | (buffer.getByte(at) & 0xFF);
        }
        return mix(hash ^ rest);
    }

    private static int set(long hash) {
        return (int) (hash >>> 32) & (SETS - 1);
    }

    private static long mix(long value) {
        long mixed = (value ^ (value >>> 32)) * 0x9E3779B97F4A7C15L;
        return (mixed ^ (mixed >>> 29)) * 0xBF58476D1CE4E5B9L;
    }

    /** Halves the counts when that is due; to be called now and then. */
    void age(long now) {
        while (now - halvedAt >= TimeUnit.SECONDS.toNanos(HALF_LIFE_SECONDS)) {
            halvedAt += TimeUnit.SECONDS.toNanos(HALF_LIFE_SECONDS);
            weight = (weight + HALF_LIFE_SECONDS) / 2;
            for (int i = 0; i < SIZE; i++) {
                counts[i] >>= 1;
                errors[i] >>= 1;
            }
        }
    }

    /** A key as one worker knows it; the figures are by second. */
    record Counted(long hash, long print, String key, int slot, double rate, double error) {}

    /** What was counted, as of one moment. Immutable. */
    static final class Snapshot {
        /** Of a sketch that counts nothing. */
        static final Snapshot NONE = new Snapshot(List.of(), new double[SETS]);

        private final List<Counted> keys;
        private final double[] least;

        private Snapshot(List<Counted> keys, double[] least) {
            this.keys = keys;
            this.least = least;
        }

        List<Counted> keys() {
            return keys;
        }

        /** The most that a key of this hash, which is not among them, can have come to, by second. */
        double mostOf(long hash) {
            return least[set(hash)];
        }

        /** The same of any key that belongs to this set. */
        double mostOfSet(int set) {
            return least[set];
        }
    }

    /** @param sampled one of how many keys was counted */
    Snapshot snapshot(long now, int sampled) {
        double seconds = Math.max(1, weight + (now - halvedAt) / 1e9);
        double perCount = sampled / seconds;
        List<Counted> found = new ArrayList<>();
        double[] least = new double[SETS];
        for (int set = 0; set < SETS; set++) {
            long smallest = Long.MAX_VALUE;
            for (int i = set * WAYS; i < (set + 1) * WAYS; i++) {
                smallest = Math.min(smallest, counts[i]);
                if (counts[i] > 0) {
                    int kept = Math.min(lengths[i], KEPT_BYTES);
                    found.add(new Counted(hashes[i],
                            kept == lengths[i] ? print(Unpooled.wrappedBuffer(keys[i]), 0, kept) : prints[i],
                            Texts.clipped(keys[i], kept, lengths[i]),
                            kept == lengths[i] ? SlotHash.slot(Arrays.copyOf(keys[i], kept)) : -1,
                            counts[i] * perCount, errors[i] * perCount));
                }
            }
            least[set] = smallest * perCount;
        }
        return new Snapshot(found, least);
    }
}
