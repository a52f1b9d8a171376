package io.slotgate.proxy.fanout;

import io.netty.buffer.ByteBuf;
import io.slotgate.proxy.command.CommandSpec;
import io.slotgate.proxy.command.SlotHash;
import io.slotgate.proxy.resp.ReplyWriter;
import io.slotgate.proxy.resp.RequestFrame;
import io.slotgate.proxy.route.Route.Splitting;
import io.slotgate.proxy.upstream.KeptCommand;
import io.slotgate.proxy.upstream.Pending;
import io.slotgate.proxy.upstream.PendingPool;
import io.slotgate.proxy.worker.Worker;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Cuts commands with many keys up by slot:
 *
 * <pre>
 *   MGET a b c d      slots 15495 3300 7365 3300
 *     ├─ MGET a   ──> owner of 15495
 *     ├─ MGET b d ──> owner of 3300      keys of one slot stay together, so they stay atomic
 *     └─ MGET c   ──> owner of 7365
 * </pre>
 *
 * Belongs to one worker.
 */
public final class Splitter {
    /** How long keys that are meant to be set together wait for their slot to arrive before they are set one by one. */
    private static final long ATOMIC_PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(2);

    private static final int NO_PART = -1;

    private final FanOuts fanOuts;
    private final PartSender sender;
    private final PendingPool pendings;
    private final int[] partOfSlot = new int[SlotHash.SLOTS];
    private final KeptCommand kept = new KeptCommand();

    /** For each part: its slot, its first and last key, and how many there are. */
    private int[] slots = new int[64];
    private int[] first = new int[64];
    private int[] last = new int[64];
    private int[] size = new int[64];
    /** For each key: the next one of the same part. */
    private int[] next = new int[64];

    Splitter(PartSender sender, PendingPool pendings, Worker worker, LongSupplier largestMerge,
            LongSupplier mostGathered) {
        this.sender = sender;
        this.pendings = pendings;
        this.fanOuts = new FanOuts(worker, this, largestMerge, mostGathered);
        Arrays.fill(partOfSlot, NO_PART);
    }

    FanOuts fanOuts() {
        return fanOuts;
    }

    /** How a command can be cut up; null if it can't. */
    static @Nullable Splitting splitting(@Nullable CommandSpec spec) {
        if (spec == null) {
            return null;
        }
        return switch (spec.name()) {
            case "mget" -> Splitting.MGET;
            case "mset" -> Splitting.MSET;
            case "del", "unlink", "exists", "touch" -> Splitting.COUNT;
            default -> null;
        };
    }

    /**
     * The slot of all keys if they share one, so that the command can go as it is; else -1. Its arguments must be keys, each
     * followed by as many others as {@code splitting} says.
     */
    public static int commonSlot(RequestFrame frame, Splitting splitting) {
        int slot = -1;
        for (int arg = 1; arg < frame.argc(); arg += splitting.argumentsPerKey()) {
            int other = SlotHash.slot(frame.buffer(), frame.offset(arg), frame.length(arg));
            if (slot >= 0 && slot != other) {
                return -1;
            }
            slot = other;
        }
        return slot;
    }

    /**
     * Sends the command in parts; {@code whole}'s requester gets the merged reply.
     *
     * @param fromReplicas whether parts may go to replicas, if it is a read
     * @param nearOnly whether only to those in our own zone
     */
    public void split(Pending whole, RequestFrame frame, Splitting splitting, boolean fromReplicas, boolean nearOnly) {
        boolean reads = fromReplicas && whole.spec() != null && whole.spec().readOnly();
        sender.reads(reads, nearOnly);
        int keys = (frame.argc() - 1) / splitting.argumentsPerKey();
        FanOut fanOut = fanOuts.take(whole, merge(splitting));
        int parts = group(frame, splitting, keys, fanOut);
        for (int part = 0; part < parts; part++) {
            send(whole, frame, splitting, fanOut, part);
        }
        sender.reads(false, false);
        fanOut.added();
    }

    /** Sends a command whose keys share a slot again, each key by itself; false if that is not to be done. */
    public boolean splitByKey(Pending whole) {
        CommandSpec spec = whole.spec();
        Splitting splitting = splitting(spec);
        if (splitting == null || !whole.request().kept()) {
            return false;
        }
        boolean atomic = splitting == Splitting.MSET;
        if (atomic && (whole.waitingSince() == 0
                || System.nanoTime() - whole.waitingSince() < ATOMIC_PATIENCE_NANOS)) {
            return false;
        }
        RequestFrame frame = kept.read(whole);
        int keys = (frame.argc() - 1) / splitting.argumentsPerKey();
        if (keys < 2) {
            return false;
        }
        whole.requester().onDetour(whole);
        FanOut fanOut = fanOuts.take(whole, merge(splitting));
        for (int key = 0; key < keys; key++) {
            fanOut.key(key);
            slots[0] = whole.slot();
            first[0] = key;
            last[0] = key;
            size[0] = 1;
            send(whole, frame, splitting, fanOut, 0);
        }
        sender.releaseRequest(whole);
        fanOut.added();
        return true;
    }

    private static Merge merge(Splitting splitting) {
        return switch (splitting) {
            case MGET -> Merge.BY_KEY;
            case MSET -> Merge.FIRST;
            case COUNT -> Merge.SUM;
        };
    }

    /** Sorts the keys into parts by slot and returns how many parts there are. */
    private int group(RequestFrame frame, Splitting splitting, int keys, FanOut fanOut) {
        growTo(keys);
        int parts = 0;
        for (int key = 0; key < keys; key++) {
            int arg = 1 + key * splitting.argumentsPerKey();
            int slot = SlotHash.slot(frame.buffer(), frame.offset(arg), frame.length(arg));
            int part = partOfSlot[slot];
            if (part == NO_PART) {
                part = parts++;
                partOfSlot[slot] = part;
                slots[part] = slot;
                first[part] = key;
                size[part] = 1;
            } else {
                next[last[part]] = key;
                size[part]++;
            }
            last[part] = key;
            fanOut.key(part);
        }
        for (int part = 0; part < parts; part++) {
            partOfSlot[slots[part]] = NO_PART;
        }
        return parts;
    }

    private void growTo(int keys) {
        if (next.length < keys) {
            int room = Math.max(keys, next.length * 2);
            slots = new int[room];
            first = new int[room];
            last = new int[room];
            size = new int[room];
            next = new int[room];
        }
    }

    private void send(Pending whole, RequestFrame frame, Splitting splitting, FanOut fanOut, int part) {
        int perKey = splitting.argumentsPerKey();
        int nameBytes = frame.offset(0) + frame.length(0) + 2 - behindHeader(frame);
        int most = 16 + nameBytes;
        for (int i = 0, key = first[part]; i < size[part]; i++, key = next[key]) {
            most += argumentsEnd(frame, key, perKey) - argumentsStart(frame, key, perKey);
        }
        Pending pending = pendings.take(fanOut, whole.spec(), whole.protocol(), slots[part]);
        fanOut.add(pending);
        ByteBuf out = sender.compose(pending, most);
        out.writeByte('*');
        ReplyWriter.decimal(out, 1L + (long) size[part] * perKey);
        out.writeShort(0x0D0A);
        out.writeBytes(frame.buffer(), behindHeader(frame), nameBytes);
        for (int i = 0, key = first[part]; i < size[part]; i++, key = next[key]) {
            int start = argumentsStart(frame, key, perKey);
            out.writeBytes(frame.buffer(), start, argumentsEnd(frame, key, perKey) - start);
        }
        sender.send(pending, out);
    }

    private static int behindHeader(RequestFrame frame) {
        return Frames.behindLine(frame.buffer(), frame.start());
    }

    /** Where a key's argument begins, its length line included. */
    private static int argumentsStart(RequestFrame frame, int key, int perKey) {
        int before = key * perKey;
        return frame.offset(before) + frame.length(before) + 2;
    }

    private static int argumentsEnd(RequestFrame frame, int key, int perKey) {
        int lastArg = (key + 1) * perKey;
        return frame.offset(lastArg) + frame.length(lastArg) + 2;
    }
}
