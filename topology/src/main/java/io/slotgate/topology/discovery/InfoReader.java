package io.slotgate.topology.discovery;

import io.slotgate.topology.model.NodeFigures;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads what is told of a node's health in <a href="https://valkey.io/commands/info/">INFO</a>, any sections of it. */
final class InfoReader {
    private InfoReader() {}

    static NodeFigures read(String info) {
        Map<String, String> fields = fields(info);
        boolean replica = "slave".equals(fields.get("role"));
        return new NodeFigures(version(fields), number(fields, "uptime_in_seconds"), "1".equals(fields.get("loading")),
                linkUp(fields.get("master_link_status")),
                number(fields, replica ? "slave_repl_offset" : "master_repl_offset"), number(fields, "used_memory"),
                number(fields, "connected_clients"), number(fields, "instantaneous_ops_per_sec"));
    }

    private static Map<String, String> fields(String info) {
        Map<String, String> fields = new HashMap<>();
        info.lines().forEach(line -> {
            int colon = line.indexOf(':');
            if (colon > 0) {
                fields.putIfAbsent(line.substring(0, colon), line.substring(colon + 1).trim());
            }
        });
        return fields;
    }

    private static String version(Map<String, String> fields) {
        String own = fields.getOrDefault("valkey_version", fields.getOrDefault("redis_version", ""));
        return own.isEmpty() ? "" : fields.getOrDefault("server_name", "redis") + " " + own;
    }

    private static @Nullable Boolean linkUp(@Nullable String status) {
        return status == null ? null : status.equals("up");
    }

    private static long number(Map<String, String> fields, String name) {
        try {
            return Long.parseLong(fields.getOrDefault(name, "-1"));
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}
