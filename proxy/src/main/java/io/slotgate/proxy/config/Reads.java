package io.slotgate.proxy.config;

import java.time.Duration;

/**
 * How replicas are read from.
 *
 * @param maxReplicaLag how far a replica may be behind its primary to be read from, 100 ms to 1 h
 */
public record Reads(ReadPolicy policy, Duration maxReplicaLag) {
    public Reads {
        Problems problems = new Problems();
        problems.duration("max-replica-lag", maxReplicaLag, Duration.ofMillis(100), Duration.ofHours(1));
        problems.throwIfAny();
    }

    public static Reads defaults() {
        return new Reads(ReadPolicy.READONLY_SESSIONS, Duration.ofSeconds(10));
    }
}
