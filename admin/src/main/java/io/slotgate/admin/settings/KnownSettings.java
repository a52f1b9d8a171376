package io.slotgate.admin.settings;

import io.slotgate.admin.http.FieldProblem;
import io.slotgate.admin.http.Refusal;
import io.slotgate.proxy.config.ConfigException;
import io.slotgate.proxy.config.LiveSettings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The settings that this version of the software knows, as texts by names: those of the proxy, and the process's log level. Immutable.
 *
 * @param configured what holds where nothing else was agreed on
 * @param configuredLevel the same for the log level
 */
record KnownSettings(LiveSettings configured, String configuredLevel) {
    /** The log level of our own code, which is the process's and not the proxy's. */
    private static final String LOG_LEVEL = "log.level";

    /** The log level, if these are other than configured. */
    String level(Map<String, String> values) {
        return values.getOrDefault(LOG_LEVEL, configuredLevel);
    }

    /** @param problems by names of settings that can't be applied here: why */
    record Usable(Map<String, String> values, Map<String, String> problems) {}

    /** Of settings that were agreed on, perhaps by proxies of another version, those that can be applied here. */
    Usable usable(Map<String, String> values) {
        Map<String, String> problems = new TreeMap<>();
        Map<String, String> known = new TreeMap<>(values);
        known.keySet().retainAll(expected().keySet());
        values.keySet().stream().filter(name -> !known.containsKey(name))
                .forEach(name -> problems.put(name, name + ": not known to this version"));
        Map<String, String> kept = new TreeMap<>();
        Map<String, String> left = known;
        // The bounds of some depend on others: as long as one more fits, the rest is tried again.
        while (!left.isEmpty()) {
            Map<String, String> wrong = new TreeMap<>();
            left.forEach((name, value) -> {
                Map<String, String> tried = new TreeMap<>(kept);
                tried.put(name, value);
                try {
                    check(tried);
                    kept.put(name, value);
                } catch (Refusal refused) {
                    wrong.put(name, refused.problem().detail());
                }
            });
            if (wrong.size() == left.size()) {
                problems.putAll(wrong);
                break;
            }
            Map<String, String> next = new TreeMap<>(left);
            next.keySet().retainAll(wrong.keySet());
            left = next;
        }
        return new Usable(kept, problems);
    }

    /**
     * All settings as texts, if these are other than configured.
     *
     * @throws Refusal with every one that is wrong
     */
    Map<String, String> check(Map<String, String> values) {
        List<FieldProblem> problems = new ArrayList<>();
        String level = values.get(LOG_LEVEL);
        if (level != null && !LogLevels.WORDS.contains(level)) {
            problems.add(new FieldProblem(LOG_LEVEL, level, String.join(", ", LogLevels.WORDS)));
        }
        try {
            live(values);
        } catch (ConfigException e) {
            e.problems().forEach(wrong -> problems.add(fieldProblem(wrong.path(), wrong.message())));
        }
        if (!problems.isEmpty()) {
            throw Refusal.of(problems);
        }
        return texts(values);
    }

    /** The configuration's messages are {@code value (expected: what)}. */
    private static FieldProblem fieldProblem(String path, String message) {
        int at = message.indexOf(" (expected: ");
        return at < 0
                ? new FieldProblem(path, message, "another value")
                : new FieldProblem(path, message.substring(0, at), message.substring(at + 12, message.length() - 1));
    }

    LiveSettings live(Map<String, String> values) {
        Map<String, String> ofProxy = new HashMap<>(values);
        ofProxy.remove(LOG_LEVEL);
        return configured.with(ofProxy);
    }

    Map<String, String> texts(Map<String, String> values) {
        Map<String, String> texts = new TreeMap<>(live(values).texts());
        texts.put(LOG_LEVEL, level(values));
        return texts;
    }

    /** The names of all, each with what it may be, in words. */
    static Map<String, String> expected() {
        Map<String, String> expected = new TreeMap<>(LiveSettings.known());
        expected.put(LOG_LEVEL, String.join(", ", LogLevels.WORDS));
        return expected;
    }
}
