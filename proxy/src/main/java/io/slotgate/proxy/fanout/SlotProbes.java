package io.slotgate.proxy.fanout;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.slotgate.proxy.command.SlotHash;
import java.nio.charset.StandardCharsets;

/**
 * For each slot an EXISTS of a key that nobody has: a node that owns the slot and is not giving it away answers 0, any other
 * one a redirect. Immutable.
 *
 * @see <a href="https://valkey.io/topics/cluster-spec/#redirection-and-resharding">Redirection and resharding</a>
 */
final class SlotProbes {
    private static final int[] TAG_OF_SLOT = tags();

    private SlotProbes() {}

    /** For each slot, a number whose digits hash to it. */
    private static int[] tags() {
        int[] tags = new int[SlotHash.SLOTS];
        int found = 0;
        for (int tag = 1; found < tags.length; tag++) {
            int slot = SlotHash.slot(Integer.toString(tag));
            if (tags[slot] == 0) {
                tags[slot] = tag;
                found++;
            }
        }
        return tags;
    }

    /** The command as a node wants it. */
    static ByteBuf command(int slot) {
        String key = "{" + TAG_OF_SLOT[slot] + "}:slotgate:not-a-key";
        return Unpooled.wrappedBuffer(("*2\r\n$6\r\nEXISTS\r\n$" + key.length() + "\r\n" + key + "\r\n")
                .getBytes(StandardCharsets.US_ASCII));
    }
}
