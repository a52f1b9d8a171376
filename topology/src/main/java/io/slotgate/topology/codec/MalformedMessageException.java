package io.slotgate.topology.codec;

/** Bytes that are no message of ours, or say what can't be. */
public final class MalformedMessageException extends Exception {
    private static final long serialVersionUID = 1;

    /** @param message names what was read, and what was expected */
    public MalformedMessageException(String message) {
        super(message);
    }

    /** @param message names what was read, and what was expected */
    public MalformedMessageException(String message, Throwable cause) {
        super(message, cause);
    }
}
