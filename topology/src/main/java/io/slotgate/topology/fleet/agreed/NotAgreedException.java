package io.slotgate.topology.fleet.agreed;

/** A change that has not come into force. */
public final class NotAgreedException extends Exception {
    private static final long serialVersionUID = 1;

    /** Why. */
    public enum Reason {
        /** Another change came first: read, and propose again. Nothing was applied. */
        CONFLICT,
        /** More settings than there may be. Nothing was applied. */
        FULL,
        /** No leader, so no majority: nothing was applied. */
        NO_LEADER,
        /**
         * No majority has confirmed in time, or what one has decided has not come here in time. It was not applied here yet, and may be
         * if the majority comes back: read the version before proposing again.
         */
        UNCONFIRMED,
        /** It could not be written here. Nothing was applied. */
        NOT_WRITTEN
    }

    private final Reason reason;

    NotAgreedException(Reason reason, String message) {
        super("not agreed: " + message);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
