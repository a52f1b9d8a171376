package io.slotgate.proxy.fanout;

import io.netty.buffer.ByteBuf;
import java.util.List;

/** How the keys of slots are read at one node. */
sealed interface SlotReads permits TableReads, ListReads {
    /** What to send, to be answered in the same order. */
    List<ByteBuf> commands(SlotCursor from, int last);

    /**
     * The replies as one to SCAN, whose cursor names a slot; or the first error.
     *
     * @throws IllegalStateException if they are none
     */
    ByteBuf scanned(List<ByteBuf> replies, SlotCursor from, int last);
}
