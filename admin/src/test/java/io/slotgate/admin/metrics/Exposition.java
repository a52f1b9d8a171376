package io.slotgate.admin.metrics;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What Prometheus would read of a text; fails where it could not.
 *
 * @param families by name as {@code # TYPE} gives it
 * @param samples value by name and labels, {@code name{a="b"}}
 * @see <a href="https://prometheus.io/docs/instrumenting/exposition_formats/">Text-based format</a>
 */
record Exposition(Map<String, Family> families, Map<String, Double> samples) {
    private static final Pattern COMMENT = Pattern.compile("# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.*)");
    private static final Pattern SAMPLE = Pattern
            .compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(\\{((?:[a-zA-Z_]\\w*=\"[^\"]*\",?)*)\\})? (\\S+)");
    private static final Pattern LABEL = Pattern.compile("([a-zA-Z_]\\w*)=");

    /** Metrics of one name. */
    record Family(String type, String help, TreeSet<String> labels) {}

    static Exposition parse(String text) {
        Map<String, Family> families = new TreeMap<>();
        Map<String, Double> samples = new LinkedHashMap<>();
        String help = "";
        for (String line : text.lines().toList()) {
            Matcher comment = COMMENT.matcher(line);
            if (!comment.matches()) {
                sample(line, families, samples);
            } else if (comment.group(1).equals("HELP")) {
                help = comment.group(3);
            } else if (families.put(comment.group(2),
                    new Family(comment.group(3), help, new TreeSet<>())) != null) {
                throw new IllegalArgumentException("twice: " + line);
            }
        }
        return new Exposition(families, samples);
    }

    private static void sample(String line, Map<String, Family> families, Map<String, Double> samples) {
        Matcher sample = SAMPLE.matcher(line);
        if (!sample.matches()) {
            throw new IllegalArgumentException("no sample: " + line);
        }
        String name = sample.group(1);
        Family family = families.getOrDefault(name, families.get(name.replaceAll("_(count|sum|bucket)$", "")));
        if (family == null) {
            throw new IllegalArgumentException("of no type: " + line);
        }
        String labels = sample.group(2) == null ? "" : sample.group(2);
        LABEL.matcher(labels).results().forEach(label -> family.labels().add(label.group(1)));
        if (samples.put(name + labels, Double.valueOf(sample.group(4))) != null) {
            throw new IllegalArgumentException("twice: " + line);
        }
    }

    double sample(String name) {
        Double value = samples.get(name);
        if (value == null) {
            throw new IllegalArgumentException(name + " (expected: one of " + samples.keySet() + ")");
        }
        return value;
    }
}
