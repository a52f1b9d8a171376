package io.slotgate.proxy.plane;

import io.slotgate.proxy.config.Limits;
import io.slotgate.proxy.config.PubSubLimits;
import io.slotgate.proxy.config.TrackingLimits;
import java.time.Duration;

/** Limits as by default, but for those that a test wants otherwise: small, as a rule. */
public final class PlaneLimits {
    private static final Limits DEFAULTS = Limits.defaults();

    private int connections = DEFAULTS.connections();
    private int pendingPerSession = DEFAULTS.pendingPerSession();
    private long replayBytes = DEFAULTS.replayBytesPerWorker();
    private long parkedBytes = DEFAULTS.parkedBytesPerWorker();
    private int streamBytes = DEFAULTS.streamBytes();
    private long requestBytes = DEFAULTS.requestBytesPerWorker();
    private int transactionCommands = DEFAULTS.transactionCommands();
    private long transactionBytes = DEFAULTS.transactionBytes();
    private long transactionBytesPerWorker = DEFAULTS.transactionBytesPerWorker();
    private long outputPauseBytes = DEFAULTS.outputPauseBytes();
    private long outputBytes = DEFAULTS.outputBytes();
    private long outputBytesPerWorker = DEFAULTS.outputBytesPerWorker();
    private Duration slowClientTimeout = DEFAULTS.slowClientTimeout();
    private int leasesPerNode = DEFAULTS.leasesPerNode();
    private int leaseQueue = DEFAULTS.leaseQueue();
    private Duration leaseWait = DEFAULTS.leaseWait();
    private PubSubLimits pubsub = DEFAULTS.pubsub();
    private TrackingLimits tracking = DEFAULTS.tracking();

    public PlaneLimits connections(int value) {
        connections = value;
        return this;
    }

    public PlaneLimits tracking(TrackingLimits value) {
        tracking = value;
        return this;
    }

    public PlaneLimits pubsub(PubSubLimits value) {
        pubsub = value;
        return this;
    }

    public PlaneLimits pendingPerSession(int value) {
        pendingPerSession = value;
        return this;
    }

    public PlaneLimits replayBytes(long value) {
        replayBytes = value;
        return this;
    }

    public PlaneLimits parkedBytes(long value) {
        parkedBytes = value;
        return this;
    }

    public PlaneLimits streamBytes(int value) {
        streamBytes = value;
        return this;
    }

    public PlaneLimits requestBytes(long value) {
        requestBytes = value;
        return this;
    }

    /** Commands and bytes of one transaction, and bytes of all. */
    public PlaneLimits transactions(int commands, long bytes, long bytesOfAll) {
        transactionCommands = commands;
        transactionBytes = bytes;
        transactionBytesPerWorker = bytesOfAll;
        return this;
    }

    /** Where a client is no longer asked for commands, where it is closed, and the same for all together. */
    public PlaneLimits output(long pause, long most, long mostPerWorker) {
        outputPauseBytes = pause;
        outputBytes = most;
        outputBytesPerWorker = mostPerWorker;
        return this;
    }

    public PlaneLimits slowClientTimeout(Duration value) {
        slowClientTimeout = value;
        return this;
    }

    /** Most leases to a node. */
    public PlaneLimits leases(int perNode) {
        leasesPerNode = perNode;
        return this;
    }

    /** Most leases to a node, most sessions that wait for one, and how long they do. */
    public PlaneLimits leases(int perNode, int queue, Duration wait) {
        leasesPerNode = perNode;
        leaseQueue = queue;
        leaseWait = wait;
        return this;
    }

    public Limits limits() {
        return new Limits(connections, DEFAULTS.bulkBytes(), DEFAULTS.arguments(), DEFAULTS.inlineBytes(),
                DEFAULTS.unauthenticatedBulkBytes(), DEFAULTS.unauthenticatedArguments(), pendingPerSession,
                replayBytes, parkedBytes,
                streamBytes, requestBytes, transactionCommands, transactionBytes, transactionBytesPerWorker,
                outputPauseBytes, outputBytes, outputBytesPerWorker, slowClientTimeout, leasesPerNode, leaseQueue,
                leaseWait, pubsub, tracking);
    }
}
