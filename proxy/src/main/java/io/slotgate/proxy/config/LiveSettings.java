package io.slotgate.proxy.config;

import io.slotgate.topology.model.HostPort;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What of the configuration can be changed while the proxy runs.
 *
 * @param reads which replicas may be read from
 * @param avoid replicas that are not to be read from, at most {@value #MOST_AVOIDED}
 * @param failoverPatience how long a command waits for an owner of its slot, as in {@link Upstream}
 * @param drainTimeout as in {@link SlotgateConfig}
 * @param limits bounds
 * @param slowlog which commands count as slow
 * @param heat what is counted of slots and keys
 * @param traces which commands are told to a collector; null: none, and that can't change
 */
public record LiveSettings(Reads reads, Set<HostPort> avoid, Duration failoverPatience, Duration drainTimeout,
        Limits limits, SlowLogConfig slowlog, HeatConfig heat, @Nullable TracesConfig traces) {
    private static final int MOST_AVOIDED = 1000;

    public LiveSettings {
        avoid = Set.copyOf(avoid);
        Problems problems = new Problems();
        problems.duration("upstream.failover-patience", failoverPatience, Duration.ZERO, Duration.ofHours(1));
        problems.duration("drain-timeout", drainTimeout, Duration.ZERO, Duration.ofHours(1));
        problems.range("reads.avoid", avoid.size(), 0, MOST_AVOIDED);
        problems.throwIfAny();
    }

    /** What the configuration says. */
    public static LiveSettings of(SlotgateConfig config) {
        return new LiveSettings(config.reads(), Set.of(), config.upstream().failoverPatience(), config.drainTimeout(),
                config.limits(), config.slowlog(), config.heat(), config.traces());
    }

    LiveSettings with(Reads changed) {
        return new LiveSettings(changed, avoid, failoverPatience, drainTimeout, limits, slowlog, heat, traces);
    }

    LiveSettings withAvoided(Set<HostPort> changed) {
        return new LiveSettings(reads, changed, failoverPatience, drainTimeout, limits, slowlog, heat, traces);
    }

    LiveSettings withPatience(Duration changed) {
        return new LiveSettings(reads, avoid, changed, drainTimeout, limits, slowlog, heat, traces);
    }

    LiveSettings withDrainTimeout(Duration changed) {
        return new LiveSettings(reads, avoid, failoverPatience, changed, limits, slowlog, heat, traces);
    }

    LiveSettings with(Limits changed) {
        return new LiveSettings(reads, avoid, failoverPatience, drainTimeout, changed, slowlog, heat, traces);
    }

    LiveSettings with(SlowLogConfig changed) {
        return new LiveSettings(reads, avoid, failoverPatience, drainTimeout, limits, changed, heat, traces);
    }

    LiveSettings with(HeatConfig changed) {
        return new LiveSettings(reads, avoid, failoverPatience, drainTimeout, limits, slowlog, changed, traces);
    }

    LiveSettings with(TracesConfig changed) {
        return new LiveSettings(reads, avoid, failoverPatience, drainTimeout, limits, slowlog, heat, changed);
    }

    /** The paths of all settings, each with what it may be, in words. */
    public static Map<String, String> known() {
        Map<String, String> known = new LinkedHashMap<>();
        for (LiveSetting setting : LiveSetting.ALL) {
            known.put(setting.path(), setting.expected());
        }
        return known;
    }

    /** Every setting as text, by its path. */
    public Map<String, String> texts() {
        Map<String, String> texts = new LinkedHashMap<>();
        for (LiveSetting setting : LiveSetting.ALL) {
            texts.put(setting.path(), setting.get().apply(this));
        }
        return texts;
    }

    /**
     * These with other values.
     *
     * @param values texts by paths
     * @throws ConfigException with every problem, by path: one nobody knows, a value of the wrong form or out of its bounds
     */
    public LiveSettings with(Map<String, String> values) {
        List<Problem> problems = new ArrayList<>();
        LiveSettings changed = this;
        for (String path : values.keySet()) {
            if (!known().containsKey(path)) {
                problems.add(new Problem(path, StartSettings.refusal(path, values.getOrDefault(path, ""))));
            }
        }
        List<LiveSetting> left = LiveSetting.ALL.stream().filter(setting -> values.containsKey(setting.path()))
                .toList();
        // The bounds of some depend on others: what does not fit yet may fit when those are set.
        while (!left.isEmpty()) {
            List<LiveSetting> refused = new ArrayList<>();
            List<Problem> reasons = new ArrayList<>();
            for (LiveSetting setting : left) {
                String text = values.getOrDefault(setting.path(), "");
                try {
                    LiveSettings next = setting.set().set(changed, text);
                    if (next == null) {
                        throw new ConfigException(List.of(new Problem(setting.path(),
                                Units.quoted(text) + " (expected: " + setting.expected() + ")")));
                    }
                    changed = next;
                } catch (ConfigException wrong) {
                    refused.add(setting);
                    wrong.problems().forEach(problem -> reasons.add(new Problem(setting.path(), problem.message())));
                }
            }
            if (refused.size() == left.size()) {
                problems.addAll(reasons);
                break;
            }
            left = refused;
        }
        if (!problems.isEmpty()) {
            throw new ConfigException(problems);
        }
        return changed;
    }
}
