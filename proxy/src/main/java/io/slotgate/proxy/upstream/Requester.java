package io.slotgate.proxy.upstream;

import io.netty.buffer.ByteBuf;

/** Who sent a command and gets its reply. All calls come on the worker's event loop. */
public interface Requester {
    /**
     * The whole reply, or an error of our own in its place: the bytes {@code start} to {@code end} of {@code buffer}, good
     * only during the call. The pending command is the requester's to recycle.
     */
    void onReply(Pending pending, ByteBuf buffer, int start, int end);

    /**
     * Whether a reply of {@code size} bytes or more, too large to be kept, shall come in parts through {@link #onReplyPart}
     * from now on; otherwise it is gathered and comes through {@link #onReply}.
     */
    boolean takesParts(Pending pending, UpstreamChannel from, long size);

    /** A part of a reply, after {@link #takesParts} said yes; after the last one the pending command is the requester's. */
    void onReplyPart(Pending pending, ByteBuf buffer, int start, int end, boolean last);

    /** The connection was lost within a reply that came in parts: it can't be mended any more. */
    void onReplyCut(Pending pending);

    /** The command was sent elsewhere or has to wait: commands of the same client must not overtake it from here on. */
    void onDetour(Pending pending);

    /**
     * The node has some of the command's keys but not all, because their slot is moving.
     *
     * @return true if the requester will now get at them one by one; it then owns the pending command again
     */
    boolean onPartlyMoved(Pending pending);
}
