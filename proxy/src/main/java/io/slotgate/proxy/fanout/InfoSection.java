package io.slotgate.proxy.fanout;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** The fields of one section of INFO, in their order. */
final class InfoSection {
    private static final Pattern NUMBER = Pattern.compile("-?[0-9]+(\\.[0-9]+)?");
    /** Sections whose numbers add up over nodes, but for those below. */
    private static final Set<String> ADDING = Set.of("Clients", "Memory", "Stats", "CPU");
    /** Sections with several figures a field, and a field for each of something that not all nodes need to have. */
    private static final Set<String> COMPOSED = Set.of("Keyspace", "Commandstats", "Errorstats", "Latencystats");
    /** Numbers that do not add up: settings, extremes, states. */
    private static final Pattern LARGEST = Pattern.compile(".*(_ratio|_perc|_max_.*|_usec|loading)"
            + "|maxclients|total_system_memory|rdb_bgsave_in_progress|aof_rewrite_in_progress");
    /** What tells of one node only and would lead clients to it. */
    private static final Pattern OF_A_NODE = Pattern
            .compile("process_id|executable|config_file|listener[0-9]+|slave[0-9]+|master_replid2?");

    private static final String OF_A_REPLICA = "master_";

    private final Map<String, String> fields = new LinkedHashMap<>();

    void add(String line) {
        int colon = line.indexOf(':');
        fields.put(colon < 0 ? line : line.substring(0, colon), colon < 0 ? "" : line.substring(colon + 1));
    }

    /** The section of all nodes together. */
    static InfoSection merged(String name, List<InfoSection> sections, Map<String, String> ours) {
        InfoSection merged = new InfoSection();
        Set<String> names = new LinkedHashSet<>(sections.getFirst().fields.keySet());
        if (COMPOSED.contains(name)) {
            sections.forEach(section -> names.addAll(section.fields.keySet()));
        }
        for (String field : names) {
            List<String> values = sections.stream().map(section -> section.fields.getOrDefault(field, ""))
                    .filter(value -> !value.isEmpty()).toList();
            if (ours.containsKey(field)) {
                merged.fields.put(field, ours.getOrDefault(field, ""));
            } else if (!OF_A_NODE.matcher(field).matches()) {
                merged.fields.put(field, values.isEmpty() ? "" : value(name, field, values));
            }
        }
        if (name.equals("Replication")) {
            // A primary has no fields about its own.
            ours.forEach((field, value) -> {
                if (field.startsWith(OF_A_REPLICA)) {
                    merged.fields.put(field, value);
                }
            });
        }
        merged.deriveFigures();
        return merged;
    }

    private static String value(String section, String field, List<String> values) {
        if (COMPOSED.contains(section) && values.getFirst().contains("=")) {
            return ComposedFigures.merged(values, section.equals("Latencystats"));
        }
        if (!values.stream().allMatch(value -> NUMBER.matcher(value).matches())) {
            return values.getFirst();
        }
        if (LARGEST.matcher(field).matches()) {
            return values.stream().map(BigDecimal::new).max(BigDecimal::compareTo).orElseThrow().toPlainString();
        }
        if (field.equals("connected_slaves")) {
            // Clients WAIT for as many, and a write has no more than those of its shard.
            return values.stream().map(BigDecimal::new).min(BigDecimal::compareTo).orElseThrow().toPlainString();
        }
        return ADDING.contains(section) || field.equals("rdb_changes_since_last_save")
                ? values.stream().map(BigDecimal::new).reduce(BigDecimal.ZERO, BigDecimal::add).toPlainString()
                : values.getFirst();
    }

    /** What is computed from other figures is computed from their sums. */
    private void deriveFigures() {
        for (Map.Entry<String, String> field : fields.entrySet()) {
            String base = fields.get(field.getKey().replaceFirst("_human$", ""));
            if (field.getKey().endsWith("_human") && base != null && NUMBER.matcher(base).matches()) {
                field.setValue(human(Long.parseLong(base)));
            }
        }
        String used = fields.get("used_memory");
        String resident = fields.get("used_memory_rss");
        if (used != null && resident != null && fields.containsKey("mem_fragmentation_ratio")
                && Double.parseDouble(used) > 0) {
            fields.put("mem_fragmentation_ratio",
                    String.format(Locale.ROOT, "%.2f", Double.parseDouble(resident) / Double.parseDouble(used)));
        }
    }

    /** A number of bytes as the server writes it for people. */
    static String human(long bytes) {
        String[] units = {"B", "K", "M", "G", "T", "P"};
        if (bytes < 1024) {
            return bytes + "B";
        }
        double value = bytes;
        int unit = 0;
        while (value >= 1024 && unit < units.length - 1) {
            value /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, "%.2f", value) + units[unit];
    }

    void writeTo(StringBuilder text) {
        fields.forEach((name, value) -> text.append(name).append(':').append(value).append("\r\n"));
    }
}
