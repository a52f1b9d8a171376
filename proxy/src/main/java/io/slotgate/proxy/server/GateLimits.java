package io.slotgate.proxy.server;

import io.slotgate.proxy.config.Tls;
import java.util.concurrent.TimeUnit;

/**
 * How much of a worker new connections may take.
 *
 * @param stepsPerTurn steps of handshakes, or connections taken in, in one turn of the loop, at most
 * @param begun handshakes that hold a TLS engine, at most
 * @param timeoutNanos from the accept to the end of the handshake
 * @param silenceNanos after which a client that owes us its next flight gives way to a waiting one when {@code begun} is
 * reached
 * @param share of the time a turn spent on established clients that new ones may take on top; one step is always made
 */
record GateLimits(int stepsPerTurn, int begun, long timeoutNanos, long silenceNanos, double share) {
    /** An engine in the midst of a handshake holds some 30 KiB: 1,024 of them are 30 MiB for each worker. */
    private static final int BEGUN_PER_STEP = 256;
    private static final long SILENCE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final double SHARE = 0.5;

    static GateLimits of(Tls tls) {
        return new GateLimits(tls.handshakesPerWorker(), tls.handshakesPerWorker() * BEGUN_PER_STEP,
                tls.handshakeTimeout().toNanos(), SILENCE_NANOS, SHARE);
    }

    /** For listeners without TLS: only the taking in is bounded. */
    static GateLimits plain() {
        return new GateLimits(4, 1, SILENCE_NANOS, SILENCE_NANOS, SHARE);
    }
}
