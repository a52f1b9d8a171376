package io.slotgate.proxy.upstream;

import io.netty.buffer.ByteBuf;

/**
 * Who sent a command and gets its reply. All calls come on the worker's event loop. What is done by default suits one that takes
 * replies whole and has nothing behind its command.
 */
public interface Requester {
    /**
     * The whole reply, or an error of our own in its place: the bytes {@code start} to {@code end} of {@code buffer}, good
     * only during the call. The pending command is the requester's to recycle.
     */
    void onReply(Pending pending, ByteBuf buffer, int start, int end);

    /**
     * A reply of {@code size} bytes or more has begun. Asked again whenever more of it has come, until it is not to be
     * gathered any longer. Gathered, if nothing else is said.
     */
    default LargeReply onLargeReply(Pending pending, UpstreamChannel from, long size) {
        return LargeReply.GATHER;
    }

    /** After {@link LargeReply#ASK_ELSEWHERE}: the pending command, bytes and all, is the requester's again. */
    default void askElsewhere(Pending pending) {
        throw new IllegalStateException("never asked for");
    }

    /** A part of a reply that is handed over in parts; after the last one the pending command is the requester's. */
    default void onReplyPart(Pending pending, ByteBuf buffer, int start, int end, boolean last) {
        throw new IllegalStateException("no reply was taken in parts");
    }

    /** The connection was lost within a reply that came in parts: it can't be mended any more. */
    default void onReplyCut(Pending pending) {
        throw new IllegalStateException("no reply was taken in parts");
    }

    /** It took long until the reply to a command of a client's came, which follows; the command's bytes are still kept, if they were. */
    default void onSlow(Pending pending) {}

    /** The command was sent elsewhere or has to wait: commands of the same client must not overtake it from here on. */
    default void onDetour(Pending pending) {}

    /**
     * The node has some of the command's keys but not all, because their slot is moving.
     *
     * @return true if the requester will now get at them one by one; it then owns the pending command again
     */
    default boolean onPartlyMoved(Pending pending) {
        return false;
    }
}
