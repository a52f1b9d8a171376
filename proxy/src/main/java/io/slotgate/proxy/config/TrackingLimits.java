package io.slotgate.proxy.config;

/**
 * Bounds of client tracking, as {@code tracking-table-max-keys} of the server bounds it.
 *
 * @param keysPerWorker keys that the clients of one worker track, each counted once for each client, 1..1000000000; above that
 *     the eldest is told to be invalid
 * @param keyBytesPerWorker the memory they may take, as reckoned by their length and number, 1 MiB to 64 GiB
 * @param prefixesPerSession prefixes of one client in BCAST mode, 1..1000000
 * @see <a href="https://valkey.io/topics/client-side-caching/">Client-side caching</a>
 */
public record TrackingLimits(int keysPerWorker, long keyBytesPerWorker, int prefixesPerSession) {
    private static final long MIB = 1L << 20;
    private static final long GIB = 1L << 30;

    public TrackingLimits {
        Problems problems = new Problems();
        problems.range("keys-per-worker", keysPerWorker, 1, 1_000_000_000);
        problems.size("key-bytes-per-worker", keyBytesPerWorker, MIB, 64 * GIB);
        problems.range("prefixes-per-session", prefixesPerSession, 1, 1_000_000);
        problems.throwIfAny();
    }

    public static TrackingLimits defaults() {
        return new TrackingLimits(1_000_000, 256 * MIB, 1000);
    }
}
