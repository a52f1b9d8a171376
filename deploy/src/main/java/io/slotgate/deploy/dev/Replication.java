package io.slotgate.deploy.dev;

import java.io.IOException;
import java.util.List;
import java.util.regex.Pattern;

/**
 * How a node and its replicas stand to each other.
 *
 * @param lines of INFO replication
 * @see <a href="https://valkey.io/commands/info/">INFO</a>
 */
record Replication(List<String> lines) {
    private static final String OFFSET = "master_repl_offset:";
    private static final Pattern REPLICA = Pattern.compile("slave\\d+:.*,state=online,offset=(\\d+).*");

    static Replication of(LocalNode node) throws IOException {
        return new Replication(node.text("INFO", "replication").lines().toList());
    }

    /**
     * Has a primary send its replicas something that changes nothing: that they are to acknowledge what they have.
     *
     * @return how much it has written for them since it exists, that included; bytes
     */
    static long marked(LocalNode primary) throws IOException {
        // More replicas than there are: WAIT asks them only if it has to.
        primary.call("WAIT", "1000", "1");
        return of(primary).lines.stream().filter(line -> line.startsWith(OFFSET))
                .mapToLong(line -> Long.parseLong(line.substring(OFFSET.length()))).findFirst().orElse(0);
    }

    /** True of a primary. */
    boolean hasDataOfItsPrimary() {
        return lines.contains("role:master") || lines.contains("master_link_status:up");
    }

    /** How many replicas acknowledged so much. */
    long acknowledged(long bytes) {
        return lines.stream().map(REPLICA::matcher)
                .filter(replica -> replica.matches() && Long.parseLong(replica.group(1)) >= bytes).count();
    }
}
