package io.slotgate.proxy.fanout;

import io.slotgate.proxy.command.SlotHash;
import io.slotgate.topology.model.HostPort;

/**
 * A place in the walk over all slots, as the client carries it: nothing of it is kept here. Below 2^53, above which JavaScript
 * clients lose digits:
 *
 * <pre>
 *    1 bit   0, else it is a {@link NodeCursor}
 *   25 bits  the node's cursor within the slot; 0: the slot's beginning
 *   12 bits  a hash of the node that gave it, for it means nothing to another one; 0 with cursor 0
 *    1 bit   0: the slot's owner is asked, 1: the node that imports it, the owner is done
 *   14 bits  slot
 * </pre>
 *
 * @param slot 0..16384; the last means that all is done
 */
record SlotCursor(int slot, boolean atImporter, int whose, long inner) {
    private static final int SLOT_BITS = 14;
    private static final int HASH_BITS = 12;
    private static final int INNER_BITS = 25;

    /** The largest cursor within a slot that still fits: a slot may have some ten million keys. */
    static final long LARGEST_INNER = (1L << INNER_BITS) - 1;

    /** The beginning of a slot. */
    static SlotCursor at(int slot) {
        return new SlotCursor(slot, false, 0, 0);
    }

    /** Within this slot at its owner, where the owner's cursor leads. */
    SlotCursor within(HostPort owner, long inner) {
        return new SlotCursor(slot, false, inner == 0 ? 0 : hash(owner, 0), inner);
    }

    /**
     * The keys that the slot's owner still has are seen: now those at the node they move to.
     *
     * @param epoch by which config epoch the owner holds the slot: it tells a move from the same one before it
     */
    SlotCursor importer(HostPort owner, HostPort importer, long epoch) {
        return new SlotCursor(slot, true, move(owner, importer, epoch), 0);
    }

    /** Where the importer's cursor leads. */
    SlotCursor withinImporter(long inner) {
        return new SlotCursor(slot, true, whose, inner);
    }

    /** Where nodes give no cursors within a slot: the slot's beginning, at the same side. */
    SlotCursor outside() {
        return new SlotCursor(slot, atImporter, atImporter ? whose : 0, 0);
    }

    boolean done() {
        return slot == SlotHash.SLOTS;
    }

    /** Whether the cursor within the slot is of this owner. */
    boolean isOf(HostPort owner) {
        return inner == 0 || whose == hash(owner, 0);
    }

    /** Whether what the owner had was seen in the course of this move. */
    boolean isOf(HostPort owner, HostPort importer, long epoch) {
        return whose == move(owner, importer, epoch);
    }

    private static int move(HostPort owner, HostPort importer, long epoch) {
        return hash(importer, hash(owner, Long.hashCode(epoch) + 1));
    }

    private static int hash(HostPort node, int seed) {
        int hash = ((seed * 31 + node.host().hashCode()) * 31 + node.port()) * 0x9E3779B9;
        return hash >>> (32 - HASH_BITS);
    }

    /** The number the client gets; 0 if all is done. */
    long encoded() {
        if (done()) {
            return 0;
        }
        long within = inner << HASH_BITS | whose;
        return (within << 1 | (atImporter ? 1 : 0)) << SLOT_BITS | slot;
    }

    static SlotCursor decoded(long value) {
        int slot = (int) (value & ((1 << SLOT_BITS) - 1));
        boolean atImporter = (value >>> SLOT_BITS & 1) == 1;
        int whose = (int) (value >>> (SLOT_BITS + 1) & ((1 << HASH_BITS) - 1));
        return new SlotCursor(slot, atImporter, whose, value >>> (SLOT_BITS + 1 + HASH_BITS) & LARGEST_INNER);
    }
}
