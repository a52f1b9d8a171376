package io.slotgate.proxy.fanout;

import io.netty.buffer.ByteBuf;
import io.slotgate.proxy.redirect.ErrorReply;
import io.slotgate.topology.model.HostPort;
import java.nio.charset.StandardCharsets;

/** What a node says of a slot by its answer to {@link SlotProbes}. */
sealed interface SlotStatus {
    /** It has the slot, and all its keys. */
    record Owned() implements SlotStatus {}

    /** It owns the slot, but its keys are on their way to another node. */
    record Leaving(HostPort importer) implements SlotStatus {}

    /** Another node owns it. */
    record Elsewhere(HostPort owner) implements SlotStatus {}

    /** The user may not ask. */
    record Denied() implements SlotStatus {}

    /** The node did not say, or could not be asked. */
    record Unknown() implements SlotStatus {}

    static SlotStatus read(ByteBuf reply, int start, int end, HostPort from) {
        if (reply.getByte(start) == ':') {
            return new Owned();
        }
        if (reply.getByte(start) != '-') {
            return new Unknown();
        }
        if (reply.toString(start, Math.min(end - start, 8), StandardCharsets.ISO_8859_1).startsWith("-NOPERM ")) {
            return new Denied();
        }
        return switch (ErrorReply.read(reply, start, end, from)) {
            case ErrorReply.Ask ask -> new Leaving(ask.importer());
            case ErrorReply.Moved moved -> new Elsewhere(moved.owner());
            default -> new Unknown();
        };
    }
}
