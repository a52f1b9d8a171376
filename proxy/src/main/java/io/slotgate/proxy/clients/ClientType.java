package io.slotgate.proxy.clients;

import io.slotgate.proxy.facade.ClientState;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The kinds of clients that CLIENT LIST and KILL tell apart. There are never replicas or primaries among ours. */
enum ClientType {
    NORMAL, PUBSUB, REPLICA, PRIMARY;

    static ClientType of(ClientState client) {
        return client.subscribed() ? PUBSUB : NORMAL;
    }

    /** The kind that a word in any case means, old names included; null if it means none. */
    static @Nullable ClientType named(String word) {
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "normal" -> NORMAL;
            case "pubsub" -> PUBSUB;
            case "replica", "slave" -> REPLICA;
            case "primary", "master" -> PRIMARY;
            default -> null;
        };
    }
}
