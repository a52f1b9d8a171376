package io.slotgate.proxy.server;

import io.slotgate.proxy.metrics.WorkerCounters;

/**
 * What one worker's gate has seen. Plain fields: written and read on that worker only.
 */
public final class GateCounters {
    /** TLS handshakes whose first flight was given to an engine. */
    public long begun;
    /** TLS handshakes that succeeded. */
    public long finished;
    /** Connections lost before their session: TLS errors, refused certificates, clients that left. */
    public long failed;
    /** Connections closed because their handshake took too long, or was silent while others waited. */
    public long timedOut;
    /** Connections closed because their first bytes were no TLS. */
    public long plainText;
    /** Connections that wait for their turn now: accepted and not taken in, or with handshake bytes to work on. */
    public long waiting;
    /** Handshakes that hold a TLS engine now. */
    public long underWay;

    /** Makes them part of the worker's figures. */
    void copyTo(WorkerCounters figures) {
        figures.handshakesBegun = begun;
        figures.handshakesFinished = finished;
        figures.handshakesFailed = failed;
        figures.handshakesTimedOut = timedOut;
        figures.plainText = plainText;
        figures.handshakesWaiting = waiting;
        figures.handshakesUnderWay = underWay;
    }
}
