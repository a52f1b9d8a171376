package io.slotgate.proxy.config;

import java.time.Duration;

/**
 * Bounds of subscribers, as {@code client-output-buffer-limit pubsub} of the server bounds them. Sizes are in bytes.
 *
 * @param subscriptionsPerSession channels and patterns of one client, 1..10000000
 * @param subscriptionBytesPerWorker the memory that all subscriptions of one worker's clients may take, as reckoned by their
 *     names and number, 1 MiB to 64 GiB
 * @param outputBytes messages a subscriber has not taken above which it is closed, 64 KiB to 16 GiB
 * @param outputSoftBytes messages above which it is closed if they stay that many for {@code outputSoftTime}, 64 KiB to
 *     {@code outputBytes}
 * @param outputSoftTime how long, 1 s to 1 h
 * @see <a href="https://valkey.io/topics/clients/#output-buffer-limits">Output buffer limits</a>
 */
public record PubSubLimits(int subscriptionsPerSession, long subscriptionBytesPerWorker, long outputBytes,
        long outputSoftBytes, Duration outputSoftTime) {
    private static final long KIB = 1L << 10;
    private static final long MIB = 1L << 20;
    private static final long GIB = 1L << 30;

    public PubSubLimits {
        Problems problems = new Problems();
        problems.range("subscriptions-per-session", subscriptionsPerSession, 1, 10_000_000);
        problems.size("subscription-bytes-per-worker", subscriptionBytesPerWorker, MIB, 64 * GIB);
        problems.size("output-bytes", outputBytes, 64 * KIB, 16 * GIB);
        problems.size("output-soft-bytes", outputSoftBytes, 64 * KIB, Math.max(64 * KIB, outputBytes));
        problems.duration("output-soft-time", outputSoftTime, Duration.ofSeconds(1), Duration.ofHours(1));
        problems.throwIfAny();
    }

    public static PubSubLimits defaults() {
        return new PubSubLimits(100_000, 256 * MIB, 32 * MIB, 8 * MIB, Duration.ofSeconds(60));
    }
}
