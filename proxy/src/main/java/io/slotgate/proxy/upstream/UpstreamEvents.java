package io.slotgate.proxy.upstream;

import io.netty.buffer.ByteBuf;

/** What a channel tells and does not decide. All calls come on the worker's event loop. */
public interface UpstreamEvents {
    /**
     * A node answered with an error.
     *
     * @return true if the command goes on elsewhere or later and its requester must not see this reply
     */
    boolean onError(UpstreamChannel channel, Pending pending, ByteBuf buffer, int start, int end);

    /** A connection that was ready is lost; called before {@link #onLost} for each command, and {@link #onUnavailable}. */
    default void onConnectionLost(UpstreamChannel channel) {}

    /**
     * The connection was lost before the answer came.
     *
     * @param sent whether the command may have reached the node
     */
    void onLost(UpstreamChannel channel, Pending pending, boolean sent);

    /** Commands can be sent. */
    void onReady(UpstreamChannel channel);

    /** The node has left a command unanswered for {@code upstream.answer-timeout}; told again and again as long as it does. */
    void onSilence(UpstreamChannel channel);

    /** The connection could not be made, or was lost; called after {@link #onLost} for each command. */
    void onUnavailable(UpstreamChannel channel, Throwable cause);
}
