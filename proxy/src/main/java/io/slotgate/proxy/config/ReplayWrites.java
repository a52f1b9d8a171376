package io.slotgate.proxy.config;

/** Which writes are sent again when the connection was lost after they were sent, so that they may have been executed. */
public enum ReplayWrites {
    /** None: the client is told that nobody knows ({@code -UNCERTAIN}). */
    NEVER,
    /**
     * Those that leave the same state and answer the same however often they are executed, if nobody else writes these keys
     * in between: what another client wrote after the first time is overwritten by the second.
     */
    IDEMPOTENT
}
