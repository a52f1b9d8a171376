package io.slotgate.topology.discovery;

import java.util.Arrays;
import java.util.Comparator;

/**
 * What the nodes run; ordered by version, number by number.
 *
 * @param name {@code valkey} or {@code redis}, as HELLO calls it
 * @param version such as {@code 8.0.1}
 */
public record ServerVersion(String name, String version) implements Comparable<ServerVersion> {
    private static final Comparator<ServerVersion> ORDER = Comparator.comparing(ServerVersion::numbers, Arrays::compare)
            .thenComparing(ServerVersion::version).thenComparing(ServerVersion::name);

    /** What {@link io.slotgate.topology.model.NodeFigures#version()} says: name and version, a space between them. */
    public static ServerVersion of(String told) {
        int space = told.indexOf(' ');
        if (space < 0) {
            throw new IllegalArgumentException("version: '" + told + "' (expected: <name> <version>)");
        }
        return new ServerVersion(told.substring(0, space), told.substring(space + 1));
    }

    /** What the section {@code server} of <a href="https://valkey.io/commands/info/">INFO</a> says. */
    static ServerVersion ofInfo(String info) {
        String name = "redis";
        String redis = "";
        String own = "";
        for (String line : info.lines().toList()) {
            int colon = line.indexOf(':');
            String value = line.substring(colon + 1).trim();
            switch (colon < 0 ? "" : line.substring(0, colon)) {
                case "server_name" -> name = value;
                case "redis_version" -> redis = value;
                case "valkey_version" -> own = value;
                default -> {
                    // nothing to do with the version
                }
            }
        }
        String version = own.isEmpty() ? redis : own;
        if (version.isEmpty()) {
            throw new IllegalArgumentException("INFO server: no version (expected: redis_version or valkey_version)");
        }
        return new ServerVersion(name, version);
    }

    @Override
    public int compareTo(ServerVersion other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return name + " " + version;
    }

    /** 8, 0, 1 of {@code 8.0.1}; what is no number counts as 0. */
    private int[] numbers() {
        return Arrays.stream(version.split("\\.", -1)).mapToInt(ServerVersion::number).toArray();
    }

    private static int number(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
