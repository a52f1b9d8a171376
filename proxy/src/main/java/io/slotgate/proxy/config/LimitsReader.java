package io.slotgate.proxy.config;

import java.util.Map;

/** Makes {@link Limits}, of a section of the configuration or of one value that is changed while the proxy runs. */
final class LimitsReader {
    private LimitsReader() {}

    /**
     * The same with another value.
     *
     * @param key below {@code limits}
     * @throws ConfigException if the configuration would not take it
     */
    static Limits changed(Limits limits, String key, String text) {
        YamlValue value = new YamlValue.Scalar(text.strip());
        String[] names = key.split("\\.");
        for (int i = names.length - 1; i >= 0; i--) {
            value = new YamlValue.Mapping(Map.of(names[i], value));
        }
        Problems problems = new Problems();
        Limits changed = read(new Section("limits", value, problems), limits);
        problems.throwIfAny();
        return changed;
    }

    static Limits read(Section section, Limits defaults) {
        return section.make(defaults, () -> new Limits(
                section.integer("connections", defaults.connections()),
                section.size("bulk-bytes", defaults.bulkBytes()),
                section.integer("arguments", defaults.arguments()),
                section.smallSize("inline-bytes", defaults.inlineBytes()),
                section.smallSize("unauthenticated-bulk-bytes", defaults.unauthenticatedBulkBytes()),
                section.integer("unauthenticated-arguments", defaults.unauthenticatedArguments()),
                section.integer("pending-per-session", defaults.pendingPerSession()),
                section.size("replay-bytes-per-worker", defaults.replayBytesPerWorker()),
                section.size("parked-bytes-per-worker", defaults.parkedBytesPerWorker()),
                section.smallSize("stream-bytes", defaults.streamBytes()),
                section.size("request-bytes-per-worker", defaults.requestBytesPerWorker()),
                section.integer("transaction-commands", defaults.transactionCommands()),
                section.size("transaction-bytes", defaults.transactionBytes()),
                section.size("transaction-bytes-per-worker", defaults.transactionBytesPerWorker()),
                section.size("output-pause-bytes", defaults.outputPauseBytes()),
                section.size("output-bytes", defaults.outputBytes()),
                section.size("output-bytes-per-worker", defaults.outputBytesPerWorker()),
                section.duration("slow-client-timeout", defaults.slowClientTimeout()),
                section.integer("leases-per-node", defaults.leasesPerNode()),
                section.integer("lease-queue", defaults.leaseQueue()),
                section.duration("lease-wait", defaults.leaseWait()),
                pubsub(section.section("pubsub"), defaults.pubsub()),
                tracking(section.section("tracking"), defaults.tracking())));
    }

    private static PubSubLimits pubsub(Section section, PubSubLimits defaults) {
        return section.make(defaults, () -> new PubSubLimits(
                section.integer("subscriptions-per-session", defaults.subscriptionsPerSession()),
                section.size("subscription-bytes-per-worker", defaults.subscriptionBytesPerWorker()),
                section.size("output-bytes", defaults.outputBytes()),
                section.size("output-soft-bytes", defaults.outputSoftBytes()),
                section.duration("output-soft-time", defaults.outputSoftTime())));
    }

    private static TrackingLimits tracking(Section section, TrackingLimits defaults) {
        return section.make(defaults, () -> new TrackingLimits(
                section.integer("keys-per-worker", defaults.keysPerWorker()),
                section.size("key-bytes-per-worker", defaults.keyBytesPerWorker()),
                section.integer("prefixes-per-session", defaults.prefixesPerSession())));
    }
}
