package io.slotgate.topology.discovery;

/**
 * What the nodes run.
 *
 * @param name {@code valkey} or {@code redis}, as HELLO calls it
 * @param version such as {@code 8.0.1}
 */
public record ServerVersion(String name, String version) {
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
}
