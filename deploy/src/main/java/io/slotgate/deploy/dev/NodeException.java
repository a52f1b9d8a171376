package io.slotgate.deploy.dev;

import java.io.IOException;

/** A node answered with an error; its message is the error's text, code first. */
public final class NodeException extends IOException {
    NodeException(String message) {
        super(message);
    }
}
