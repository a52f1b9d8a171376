package io.slotgate.proxy.config;

import io.slotgate.topology.model.HostPort;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One setting that can be changed while the proxy runs.
 *
 * @param path in the configuration
 * @param expected what it may be, in words
 * @param get its value as text
 * @param set gives the settings with another value
 */
record LiveSetting(String path, String expected, Function<LiveSettings, String> get, Setter set) {
    private static final String NUMBER = "a whole number";
    private static final String FLAG = "true or false";
    private static final String NO_TRACES = "none, for no traces.endpoint is configured and that takes a restart";

    /** What makes settings with another value; null if the text is not of the right form. */
    interface Setter {
        @Nullable
        LiveSettings set(LiveSettings settings, String text);
    }

    static final List<LiveSetting> ALL = all();

    private static List<LiveSetting> all() {
        List<LiveSetting> all = new ArrayList<>(List.of(
                new LiveSetting("reads.policy", "primary, readonly-sessions or prefer-zone-replica",
                        s -> s.reads().policy().name().toLowerCase(Locale.ROOT).replace('_', '-'),
                        LiveSetting::policy),
                new LiveSetting("reads.max-replica-lag", Units.DURATION_FORM,
                        s -> Units.duration(s.reads().maxReplicaLag()),
                        (s, text) -> mapped(Units.parseDuration(text),
                                lag -> s.with(new Reads(s.reads().policy(), lag)))),
                new LiveSetting("reads.avoid", "host:port of replicas, separated by commas",
                        s -> s.avoid().stream().map(HostPort::toString).sorted().collect(Collectors.joining(",")),
                        LiveSetting::avoid),
                new LiveSetting("upstream.failover-patience", Units.DURATION_FORM,
                        s -> Units.duration(s.failoverPatience()),
                        (s, text) -> mapped(Units.parseDuration(text), s::withPatience)),
                new LiveSetting("drain-timeout", Units.DURATION_FORM, s -> Units.duration(s.drainTimeout()),
                        (s, text) -> mapped(Units.parseDuration(text), s::withDrainTimeout)),
                new LiveSetting("slowlog.log-slower-than", Units.DURATION_FORM + ", or none", LiveSetting::slowerThan,
                        (s, text) -> text.equals(Section.NONE)
                                ? s.with(new SlowLogConfig(null, s.slowlog().maxLen()))
                                : mapped(Units.parseDuration(text),
                                        time -> s.with(new SlowLogConfig(time, s.slowlog().maxLen())))),
                new LiveSetting("slowlog.max-len", NUMBER, s -> String.valueOf(s.slowlog().maxLen()),
                        (s, text) -> mapped(number(text),
                                most -> s.with(new SlowLogConfig(s.slowlog().logSlowerThan(), most)))),
                new LiveSetting("heat.enabled", FLAG, s -> String.valueOf(s.heat().enabled()),
                        (s, text) -> mapped(flag(text), on -> s.with(new HeatConfig(on, s.heat().sample())))),
                new LiveSetting("heat.sample", NUMBER, s -> String.valueOf(s.heat().sample()),
                        (s, text) -> mapped(number(text),
                                sample -> s.with(new HeatConfig(s.heat().enabled(), sample)))),
                traced("traces.one-in", NUMBER, traces -> String.valueOf(traces.oneIn()),
                        (traces, text) -> mapped(number(text),
                                oneIn -> new TracesConfig(traces.endpoint(), oneIn, traces.slow()))),
                traced("traces.slow", FLAG, traces -> String.valueOf(traces.slow()),
                        (traces, text) -> mapped(flag(text),
                                slow -> new TracesConfig(traces.endpoint(), traces.oneIn(), slow)))));
        all.addAll(limits());
        return List.copyOf(all);
    }

    private static List<LiveSetting> limits() {
        return List.of(
                count("connections", Limits::connections),
                size("bulk-bytes", Limits::bulkBytes),
                count("arguments", Limits::arguments),
                size("inline-bytes", Limits::inlineBytes),
                size("unauthenticated-bulk-bytes", Limits::unauthenticatedBulkBytes),
                count("unauthenticated-arguments", Limits::unauthenticatedArguments),
                count("pending-per-session", Limits::pendingPerSession),
                size("replay-bytes-per-worker", Limits::replayBytesPerWorker),
                size("parked-bytes-per-worker", Limits::parkedBytesPerWorker),
                size("stream-bytes", Limits::streamBytes),
                size("request-bytes-per-worker", Limits::requestBytesPerWorker),
                count("transaction-commands", Limits::transactionCommands),
                size("transaction-bytes", Limits::transactionBytes),
                size("transaction-bytes-per-worker", Limits::transactionBytesPerWorker),
                size("output-pause-bytes", Limits::outputPauseBytes),
                size("output-bytes", Limits::outputBytes),
                size("output-bytes-per-worker", Limits::outputBytesPerWorker),
                time("slow-client-timeout", Limits::slowClientTimeout),
                count("leases-per-node", Limits::leasesPerNode),
                count("lease-queue", Limits::leaseQueue),
                time("lease-wait", Limits::leaseWait),
                count("pubsub.subscriptions-per-session", limits -> limits.pubsub().subscriptionsPerSession()),
                size("pubsub.subscription-bytes-per-worker", limits -> limits.pubsub().subscriptionBytesPerWorker()),
                size("pubsub.output-bytes", limits -> limits.pubsub().outputBytes()),
                size("pubsub.output-soft-bytes", limits -> limits.pubsub().outputSoftBytes()),
                time("pubsub.output-soft-time", limits -> limits.pubsub().outputSoftTime()),
                count("tracking.keys-per-worker", limits -> limits.tracking().keysPerWorker()),
                size("tracking.key-bytes-per-worker", limits -> limits.tracking().keyBytesPerWorker()),
                count("tracking.prefixes-per-session", limits -> limits.tracking().prefixesPerSession()));
    }

    private static LiveSetting count(String key, Function<Limits, Integer> get) {
        return limit(key, NUMBER, limits -> String.valueOf(get.apply(limits)));
    }

    private static LiveSetting size(String key, Function<Limits, Number> get) {
        return limit(key, Units.SIZE_FORM, limits -> Units.size(get.apply(limits).longValue()));
    }

    private static LiveSetting time(String key, Function<Limits, Duration> get) {
        return limit(key, Units.DURATION_FORM, limits -> Units.duration(get.apply(limits)));
    }

    private static LiveSetting limit(String key, String expected, Function<Limits, String> get) {
        return new LiveSetting("limits." + key, expected, s -> get.apply(s.limits()),
                (s, text) -> s.with(LimitsReader.changed(s.limits(), key, text)));
    }

    /** One that has a value only where traces are sent. */
    private static LiveSetting traced(String path, String expected, Function<TracesConfig, String> get,
            TracesSetter set) {
        return new LiveSetting(path, expected, s -> s.traces() == null ? Section.NONE : get.apply(s.traces()),
                (s, text) -> {
                    TracesConfig traces = s.traces();
                    if (traces != null) {
                        return mapped(set.set(traces, text), changed -> s.with(changed));
                    }
                    if (text.equals(Section.NONE)) {
                        return s;
                    }
                    throw new ConfigException(
                            List.of(new Problem(path, Units.quoted(text) + " (expected: " + NO_TRACES + ")")));
                });
    }

    private interface TracesSetter {
        @Nullable
        TracesConfig set(TracesConfig traces, String text);
    }

    private static String slowerThan(LiveSettings settings) {
        Duration time = settings.slowlog().logSlowerThan();
        return time == null ? Section.NONE : Units.duration(time);
    }

    private static @Nullable LiveSettings policy(LiveSettings settings, String text) {
        for (ReadPolicy policy : ReadPolicy.values()) {
            if (policy.name().replace('_', '-').equalsIgnoreCase(text)) {
                return settings.with(new Reads(policy, settings.reads().maxReplicaLag()));
            }
        }
        return null;
    }

    private static @Nullable LiveSettings avoid(LiveSettings settings, String text) {
        Set<HostPort> nodes = new TreeSet<>(Comparator.comparing(HostPort::toString));
        try {
            for (String node : text.split(",", -1)) {
                if (!text.isEmpty()) {
                    nodes.add(HostPort.parse(node.strip()));
                }
            }
        } catch (IllegalArgumentException malformed) {
            return null;
        }
        return settings.withAvoided(nodes);
    }

    private static @Nullable Integer number(String text) {
        try {
            return Integer.valueOf(text.strip());
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private static @Nullable Boolean flag(String text) {
        return switch (text.strip()) {
            case "true" -> true;
            case "false" -> false;
            default -> null;
        };
    }

    private static <T, R> @Nullable R mapped(@Nullable T value, Function<T, R> map) {
        return value == null ? null : map.apply(value);
    }
}
