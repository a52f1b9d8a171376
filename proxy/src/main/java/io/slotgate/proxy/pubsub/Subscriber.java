package io.slotgate.proxy.pubsub;

import io.netty.buffer.ByteBuf;

/** A session, as its worker's {@link Desk} sees it. */
public interface Subscriber {
    /** RESP version that it is to be written to in, 2 or 3. */
    int protocol();

    /**
     * Whole messages in its protocol: {@code length} bytes of {@code message} from {@code start} on. They never change, so who
     * keeps a reference may use them later.
     */
    void push(ByteBuf message, int start, int length);
}
