package io.slotgate.topology.fleet;

import io.slotgate.topology.codec.MalformedMessageException;
import org.jspecify.annotations.Nullable;

/**
 * Messages in and out: bytes there, messages here, and counted. For one thread.
 *
 * @param <A> what members are addressed by
 */
final class Post<A> {
    private final Outbox<A> outbox;
    private final FleetCounters counters;

    Post(Outbox<A> outbox, FleetCounters counters) {
        this.outbox = outbox;
        this.counters = counters;
    }

    /** A message that has come; {@code null} if nobody can read it. */
    @Nullable
    FleetMessage read(byte[] bytes) {
        counters.messagesIn.incrementAndGet();
        counters.bytesIn.addAndGet(bytes.length);
        try {
            return FleetCodec.decode(bytes);
        } catch (MalformedMessageException e) {
            counters.malformed.incrementAndGet();
            return null;
        }
    }

    void toAll(FleetMessage message) {
        outbox.toAll(counted(message));
    }

    void to(A member, FleetMessage message) {
        outbox.to(member, counted(message));
    }

    private byte[] counted(FleetMessage message) {
        byte[] bytes = FleetCodec.encode(message);
        counters.messagesOut.incrementAndGet();
        counters.bytesOut.addAndGet(bytes.length);
        return bytes;
    }
}
