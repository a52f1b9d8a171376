package io.slotgate.topology.model;

/**
 * A slot that is being moved: keys pass from one primary to another while the source still owns the slot
 * (<a href="https://valkey.io/commands/cluster-setslot/">CLUSTER SETSLOT</a> MIGRATING and IMPORTING).
 *
 * @param slot the slot, 0..16383
 * @param sourceId id of the node the keys leave
 * @param targetId id of the node the keys go to
 */
public record SlotMove(int slot, String sourceId, String targetId) {
    public SlotMove {
        SlotMap.checkSlot(slot);
    }
}
