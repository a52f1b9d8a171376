package io.slotgate.proxy.config;

import java.time.Duration;

/**
 * Bounds that load can't break. Sizes are in bytes.
 *
 * @param connections client connections of the whole process, 1..10000000
 * @param bulkBytes longest single argument or value, 1 KiB to 512 MiB
 * @param arguments most arguments of one command, 1..1048576
 * @param inlineBytes longest inline command and longest header line of a frame, 64 B to 1 MiB
 * @param unauthenticatedBulkBytes as {@code bulkBytes}, before AUTH; at most that
 * @param unauthenticatedArguments as {@code arguments}, before AUTH; at most that
 * @param pendingPerSession commands of one session under way at a time, 1..1000000; then its socket is not read
 * @param replayBytesPerWorker request bytes one worker keeps until they are answered, 1 MiB to 64 GiB
 * @param parkedBytesPerWorker those of them whose slot has no reachable owner, 1 MiB to 64 GiB; further ones are refused
 * @param streamBytes a larger frame is passed on while it still arrives, 4 KiB to 64 MiB
 * @param requestBytesPerWorker bytes of half-received commands one worker holds, 1 MiB to 64 GiB
 * @param transactionCommands commands queued between MULTI and EXEC, 1..10000000
 * @param transactionBytes bytes of the commands of one transaction, 4 KiB to 1 GiB
 * @param transactionBytesPerWorker the same over all open transactions of one worker; at least {@code transactionBytes}, at
 * most 64 GiB
 * @param outputPauseBytes replies a session has not yet taken from which on it is not read, 4 KiB to 1 GiB
 * @param outputBytes replies a session has not yet taken above which it is closed; at least {@code outputPauseBytes}, at
 * most 16 GiB
 * @param outputBytesPerWorker the same over all sessions of one worker; at least {@code outputBytes}, at most 64 GiB
 * @param slowClientTimeout how long a client may take nothing of what waits for it, 1 s to 1 h; then it is closed
 * @param leasesPerNode connections to one node that sessions of one worker hold alone, 1..100000: for blocking commands and
 * WATCH
 * @param leaseQueue sessions of one worker that wait for such a connection to one node when all are taken, 0..1000000
 * @param leaseWait how long they wait before they are told that there is none, 1 ms to 1 h
 * @param pubsub what holds for subscribers
 * @param tracking what holds for clients that track keys
 */
public record Limits(int connections, long bulkBytes, int arguments, int inlineBytes, int unauthenticatedBulkBytes,
        int unauthenticatedArguments, int pendingPerSession, long replayBytesPerWorker, long parkedBytesPerWorker,
        int streamBytes,
        long requestBytesPerWorker, int transactionCommands, long transactionBytes, long transactionBytesPerWorker,
        long outputPauseBytes, long outputBytes, long outputBytesPerWorker,
        Duration slowClientTimeout, int leasesPerNode, int leaseQueue, Duration leaseWait,
        PubSubLimits pubsub, TrackingLimits tracking) {
    private static final long KIB = 1L << 10;
    private static final long MIB = 1L << 20;
    private static final long GIB = 1L << 30;

    public Limits {
        Problems problems = new Problems();
        problems.range("connections", connections, 1, 10_000_000);
        problems.size("bulk-bytes", bulkBytes, KIB, 512 * MIB);
        problems.range("arguments", arguments, 1, 1 << 20);
        problems.size("inline-bytes", inlineBytes, 64, MIB);
        problems.size("unauthenticated-bulk-bytes", unauthenticatedBulkBytes, 64, Math.max(64, bulkBytes));
        problems.range("unauthenticated-arguments", unauthenticatedArguments, 1, Math.max(1, arguments));
        problems.range("pending-per-session", pendingPerSession, 1, 1_000_000);
        problems.size("replay-bytes-per-worker", replayBytesPerWorker, MIB, 64 * GIB);
        problems.size("parked-bytes-per-worker", parkedBytesPerWorker, MIB, 64 * GIB);
        problems.size("stream-bytes", streamBytes, 4 * KIB, 64 * MIB);
        problems.size("request-bytes-per-worker", requestBytesPerWorker, MIB, 64 * GIB);
        problems.range("transaction-commands", transactionCommands, 1, 10_000_000);
        problems.size("transaction-bytes", transactionBytes, 4 * KIB, GIB);
        problems.size("transaction-bytes-per-worker", transactionBytesPerWorker, Math.max(4 * KIB, transactionBytes),
                64 * GIB);
        problems.size("output-pause-bytes", outputPauseBytes, 4 * KIB, GIB);
        problems.size("output-bytes", outputBytes, Math.max(4 * KIB, outputPauseBytes), 16 * GIB);
        problems.size("output-bytes-per-worker", outputBytesPerWorker, Math.max(4 * KIB, outputBytes), 64 * GIB);
        problems.duration("slow-client-timeout", slowClientTimeout, Duration.ofSeconds(1), Duration.ofHours(1));
        problems.range("leases-per-node", leasesPerNode, 1, 100_000);
        problems.range("lease-queue", leaseQueue, 0, 1_000_000);
        problems.duration("lease-wait", leaseWait, Duration.ofMillis(1), Duration.ofHours(1));
        problems.throwIfAny();
    }

    public static Limits defaults() {
        return new Limits(65_000, 512 * MIB, 1 << 20, (int) (64 * KIB), (int) (16 * KIB), 10, 1024, 256 * MIB,
                128 * MIB,
                (int) (256 * KIB), 256 * MIB, 100_000, 64 * MIB, 256 * MIB, MIB, 64 * MIB, 256 * MIB,
                Duration.ofSeconds(30), 1000, 1000, Duration.ofSeconds(5),
                PubSubLimits.defaults(), TrackingLimits.defaults());
    }
}
