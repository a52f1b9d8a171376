package io.slotgate.deploy.dev;

import java.io.IOException;

/** A node's process ended by itself, with what it said last in the message. */
final class NodeEndedException extends IOException {
    NodeEndedException(String message) {
        super(message);
    }
}
