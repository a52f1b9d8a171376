package io.slotgate.topology.discovery;

import io.slotgate.topology.model.HostPort;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One replica as its primary sees it: a line {@code slaveN:ip=…,port=…,state=…,offset=…,lag=…} of INFO replication.
 *
 * @param address as the replica announced itself
 * @param online whether it has its data set and follows the stream of writes
 * @param offset how much of that stream it has acknowledged
 * @see <a href="https://valkey.io/commands/info/">INFO</a>
 */
record ReplicationLine(HostPort address, boolean online, long offset) {
    private static final String OFFSET = "master_repl_offset:";

    /**
     * What a primary says.
     *
     * @param offset bytes of its stream of writes
     */
    record Report(long offset, List<ReplicationLine> replicas) {}

    /** Reads INFO replication; null if it is not a primary's. */
    static @Nullable Report parse(String info) {
        long offset = -1;
        boolean primary = false;
        List<ReplicationLine> replicas = new ArrayList<>();
        for (String line : info.lines().toList()) {
            if (line.equals("role:master")) {
                primary = true;
            } else if (line.startsWith(OFFSET)) {
                offset = number(line.substring(OFFSET.length()));
            } else if (line.startsWith("slave") && line.contains(":ip=")) {
                ReplicationLine replica = replica(line.substring(line.indexOf(':') + 1));
                if (replica != null) {
                    replicas.add(replica);
                }
            }
        }
        return primary && offset >= 0 ? new Report(offset, List.copyOf(replicas)) : null;
    }

    private static @Nullable ReplicationLine replica(String fields) {
        String ip = "";
        long port = -1;
        String state = "";
        long offset = -1;
        for (String field : fields.split(",", -1)) {
            int equals = field.indexOf('=');
            String value = field.substring(equals + 1);
            switch (equals < 0 ? "" : field.substring(0, equals)) {
                case "ip" -> ip = value;
                case "port" -> port = number(value);
                case "state" -> state = value;
                case "offset" -> offset = number(value);
                default -> {
                    // lag= counts seconds since it was heard of, which says nothing of how much it has
                }
            }
        }
        return ip.isEmpty() || port < 1 || port > 65_535
                ? null
                : new ReplicationLine(new HostPort(ip, (int) port), state.equals("online"), offset);
    }

    private static long number(String text) {
        try {
            return Long.parseLong(text.trim());
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}
