package io.slotgate.proxy.facade;

import io.netty.buffer.ByteBuf;
import io.slotgate.proxy.resp.RequestFrame;

/**
 * A command that needs no upstream. The caller has checked the arity by the command's spec, and that the client is
 * authenticated or the command is allowed before it is.
 */
@FunctionalInterface
public interface LocalCommand {
    /**
     * Writes exactly one reply to {@code out}, in the client's protocol as it is after the command. May change the client's
     * state. Runs on the client's worker and never blocks.
     */
    void answer(RequestFrame frame, ClientState client, ByteBuf out);
}
