package io.slotgate.proxy.pubsub;

import io.slotgate.proxy.command.SlotHash;
import io.slotgate.proxy.route.Route.Audience;
import java.nio.charset.StandardCharsets;

/**
 * What one can subscribe to.
 *
 * @param audience whether it is a channel, a pattern or a shard channel: the same name is another thing in each
 * @param name its name, a char for each byte
 */
public record Topic(Audience audience, String name) {
    /** The slot of the name: where a shard channel lives, and where we put the others to spread them. */
    int slot() {
        return SlotHash.slot(bytes());
    }

    byte[] bytes() {
        return name.getBytes(StandardCharsets.ISO_8859_1);
    }
}
