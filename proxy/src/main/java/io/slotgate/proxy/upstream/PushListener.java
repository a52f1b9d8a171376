package io.slotgate.proxy.upstream;

import io.netty.buffer.ByteBuf;

/**
 * Gets everything that comes over a channel on which commands don't have one reply each: a lane for subscriptions. All calls
 * come on the worker's event loop.
 */
public interface PushListener {
    /** A whole push or reply, in place; good during the call. */
    void onMessage(ByteBuf buffer, int start, int end);

    /** The connection is there, with nothing said on it but the greeting. */
    void onReady();

    /** The connection was lost, or could not be made: what was asked for on it is gone. */
    void onLost();
}
