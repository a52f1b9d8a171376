package io.slotgate.proxy.pubsub;

import io.netty.buffer.ByteBuf;

/** A session, as its worker's {@link Desk} sees it. */
public interface Subscriber {
    /** RESP version that it is to be written to in, 2 or 3. */
    int protocol();

    /** A whole message in its protocol: {@code length} bytes of {@code message} from {@code start} on; not to be changed. */
    void push(ByteBuf message, int start, int length);
}
