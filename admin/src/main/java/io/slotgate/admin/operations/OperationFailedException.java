package io.slotgate.admin.operations;

/** An operation could not be done, for a reason the operator can do something about. */
public final class OperationFailedException extends Exception {
    private static final long serialVersionUID = 1;

    public OperationFailedException(String message) {
        super(message);
    }
}
