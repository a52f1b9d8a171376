package io.slotgate.proxy.server;

import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.OpenSslSessionTicketKey;
import java.security.SecureRandom;

/**
 * The keys that session tickets are sealed with: the newest seals, the one before it still opens. Made by this process
 * and kept apart from any TLS context, so that a context with a new certificate takes the old one's tickets
 * (RFC 5077, RFC 8446 4.6.1). Any thread.
 */
final class TicketKeys {
    private final SecureRandom random = new SecureRandom();
    private OpenSslSessionTicketKey newest = create();
    private OpenSslSessionTicketKey previous = create();

    /** A new key seals from now on; tickets of the last but one open no more. */
    synchronized void rotate() {
        previous = newest;
        newest = create();
    }

    synchronized void install(OpenSslSessionContext sessions) {
        sessions.setTicketKeys(newest, previous);
    }

    private OpenSslSessionTicketKey create() {
        return new OpenSslSessionTicketKey(bytes(OpenSslSessionTicketKey.NAME_SIZE),
                bytes(OpenSslSessionTicketKey.HMAC_KEY_SIZE), bytes(OpenSslSessionTicketKey.AES_KEY_SIZE));
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
