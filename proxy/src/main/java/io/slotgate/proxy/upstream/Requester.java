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
     * A reply of {@code size} bytes or more has begun. Asked again whenever more of it has come, until it is not to be
     * gathered any longer.
     */
    LargeReply onLargeReply(Pending pending, UpstreamChannel from, long size);

    /** After {@link LargeReply#ASK_ELSEWHERE}: the pending command, bytes and all, is the requester's again. */
    void askElsewhere(Pending pending);

    /** A part of a reply that is handed over in parts; after the last one the pending command is the requester's. */
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
