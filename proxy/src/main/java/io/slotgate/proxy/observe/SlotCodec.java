package io.slotgate.proxy.observe;

import io.slotgate.proxy.command.SlotHash;
import io.slotgate.topology.codec.ByteReader;
import io.slotgate.topology.codec.ByteWriter;
import io.slotgate.topology.codec.MalformedMessageException;

/**
 * How often slots came at one proxy, as bytes for another one; mostly less than 64 KiB, for commands spread over the slots, and 300
 * at most:
 *
 * <pre>
 *   version (1)  0                  nothing is counted
 *   version (1)  unit  reads  writes
 * </pre>
 *
 * Reads and writes are a list each: how much more, or less, than the one before each slot has, in units; a run of slots that have
 * the same is 0 and how many more there are. The unit is what all counts are multiples of, as they are of a sample. Numbers take seven
 * bits to a byte.
 */
public final class SlotCodec {
    private static final int VERSION = 1;
    /** Those of a thousand proxies can be added up. */
    private static final long MOST = 1L << 50;

    private SlotCodec() {}

    private interface Counts {
        long of(int slot);
    }

    /** What one proxy saw. */
    public static byte[] encode(SlotCounts counts) {
        ByteWriter out = new ByteWriter();
        out.number(VERSION);
        if (counts.size() == 0) {
            out.number(0);
            return out.toBytes();
        }
        long unit = 0;
        for (int slot = 0; slot < counts.size(); slot++) {
            unit = gcd(gcd(unit, counts.reads(slot)), counts.writes(slot));
        }
        unit = Math.max(1, unit);
        out.number(unit);
        write(out, counts::reads, unit);
        write(out, counts::writes, unit);
        return out.toBytes();
    }

    private static void write(ByteWriter out, Counts counts, long unit) {
        long last = 0;
        for (int slot = 0; slot < SlotHash.SLOTS;) {
            long count = counts.of(slot) / unit;
            long more = count - last;
            last = count;
            slot++;
            // Signs alternate, so that small differences are small numbers: 1, -1, 2, -2, ...
            out.number(more > 0 ? 2 * more - 1 : -2 * more);
            if (more == 0) {
                int run = 0;
                for (; slot < SlotHash.SLOTS && counts.of(slot) / unit == count; slot++) {
                    run++;
                }
                out.number(run);
            }
        }
    }

    /** @throws MalformedMessageException if they are nothing of the kind, whatever they are */
    public static SlotCounts decode(byte[] bytes) throws MalformedMessageException {
        ByteReader in = new ByteReader(bytes);
        in.only(VERSION, "version");
        long unit = in.number(MOST, "unit");
        SlotCounts counts = unit == 0
                ? new SlotCounts(new long[0], new long[0])
                : new SlotCounts(read(in, unit), read(in, unit));
        in.end();
        return counts;
    }

    private static long[] read(ByteReader in, long unit) throws MalformedMessageException {
        long[] counts = new long[SlotHash.SLOTS];
        long most = MOST / unit;
        long last = 0;
        for (int slot = 0; slot < counts.length;) {
            long code = in.number(2 * most, "difference");
            last += (code & 1) == 1 ? (code + 1) / 2 : -(code / 2);
            if (last < 0 || last > most) {
                throw new MalformedMessageException("slot " + slot + ": " + last + " (expected: 0.." + most + ")");
            }
            counts[slot++] = last * unit;
            if (code == 0) {
                for (long run = in.number(counts.length - slot, "run"); run > 0; run--) {
                    counts[slot++] = last * unit;
                }
            }
        }
        return counts;
    }

    private static long gcd(long one, long other) {
        long greater = one;
        long less = other;
        while (less != 0) {
            long rest = greater % less;
            greater = less;
            less = rest;
        }
        return greater;
    }
}
