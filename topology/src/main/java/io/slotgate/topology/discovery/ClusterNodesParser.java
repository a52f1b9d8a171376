package io.slotgate.topology.discovery;

import io.slotgate.topology.model.SlotMap;
import io.slotgate.topology.model.SlotMove;
import io.slotgate.topology.model.SlotRange;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the reply of <a href="https://valkey.io/commands/cluster-nodes/">CLUSTER NODES</a>:
 *
 * <pre>
 *   id ip:port@cport[,hostname[,aux=value]*] flags primary ping-sent pong-received config-epoch link-state slot ...
 *   slot = number | first-last | [number->-target-id] | [number-&lt;-source-id]
 * </pre>
 *
 * Strict: what does not fit is an error that names the line. Unknown flags are let through, for servers may add some.
 */
final class ClusterNodesParser {
    private static final int FIXED_FIELDS = 8;
    private static final Pattern ID = Pattern.compile("[0-9a-f]{40}");
    private static final Pattern ADDRESS = Pattern.compile(
            "(?<ip>[0-9A-Za-z.:_%-]*):(?<port>\\d{1,5})@(?<bus>\\d{1,5})"
                    + "(?:,(?<hostname>[0-9A-Za-z._-]*)(?:,[^,=]+=[^,]*)*)?");
    private static final Pattern FLAGS = Pattern.compile("[a-z_]+\\??(?:,[a-z_]+\\??)*");
    private static final Pattern NUMBER = Pattern.compile("\\d{1,18}");
    private static final Pattern RANGE = Pattern.compile("(\\d{1,5})(?:-(\\d{1,5}))?");
    private static final Pattern MOVE = Pattern.compile("\\[(\\d{1,5})-([<>])-([0-9a-f]{40})]");

    private ClusterNodesParser() {}

    /**
     * Reads a whole reply.
     *
     * @throws MalformedReplyException if a line is malformed, an id appears twice or a slot has two owners, or not exactly one
     *         line is the answering node's own
     */
    static List<ClusterNodesLine> parse(String reply) {
        List<ClusterNodesLine> lines = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        BitSet taken = new BitSet(SlotMap.SLOTS);
        int myself = 0;
        int number = 0;
        String body = reply.endsWith("\n") ? reply.substring(0, reply.length() - 1) : reply;
        for (String text : body.split("\n", -1)) {
            number++;
            try {
                ClusterNodesLine line = line(text);
                check(ids.add(line.id()), "node id", line.id(), "once");
                line.slots().forEach(range -> take(taken, range));
                myself += line.isMyself() ? 1 : 0;
                lines.add(line);
            } catch (IllegalArgumentException e) {
                // Not as a cause: what is logged of a failure is its root, and that has to name the place.
                throw new MalformedReplyException("CLUSTER NODES line " + number + ": " + e.getMessage() + " in '"
                        + MalformedReplyException.excerpt(text) + "'");
            }
        }
        if (myself != 1) {
            throw new MalformedReplyException(
                    "CLUSTER NODES: " + myself + " lines flagged myself (expected: 1) of " + lines.size());
        }
        return lines;
    }

    private static ClusterNodesLine line(String text) {
        String[] fields = text.split(" ", -1);
        check(fields.length >= FIXED_FIELDS, "fields", Integer.toString(fields.length), "8 or more");
        check(ID.matcher(fields[0]).matches(), "node id", fields[0], "40 hexadecimal characters");
        Matcher address = ADDRESS.matcher(fields[1]);
        check(address.matches(), "address", fields[1], "ip:port@cport[,hostname[,aux=value]]");
        check(FLAGS.matcher(fields[2]).matches(), "flags", fields[2], "words with commas");
        Set<String> flags = new LinkedHashSet<>(List.of(fields[2].split(",")));
        boolean primary = flags.contains("master");
        boolean replica = flags.contains("slave");
        check(!(primary && replica), "flags", fields[2], "master or slave");
        String primaryId = "-".equals(fields[3]) ? null : fields[3];
        check(primaryId == null || ID.matcher(primaryId).matches(), "primary", fields[3], "a node id or -");
        number("ping-sent", fields[4]);
        number("pong-received", fields[5]);
        long epoch = number("config-epoch", fields[6]);
        check("connected".equals(fields[7]) || "disconnected".equals(fields[7]), "link-state", fields[7],
                "connected or disconnected");
        List<SlotRange> slots = new ArrayList<>();
        List<SlotMove> moves = new ArrayList<>();
        for (int i = FIXED_FIELDS; i < fields.length; i++) {
            slots(fields[0], fields[i], slots, moves);
        }
        check(slots.isEmpty() || primary, "slots", slots.toString(), "none, for the node is not a master");
        return new ClusterNodesLine(fields[0], address.group("ip"), port(address.group("port")),
                emptyToNull(address.group("hostname")), flags, primaryId, epoch, slots, moves);
    }

    private static void slots(String id, String text, List<SlotRange> slots, List<SlotMove> moves) {
        Matcher range = RANGE.matcher(text);
        if (range.matches()) {
            int first = Integer.parseInt(range.group(1));
            SlotRange claimed = new SlotRange(first, range.group(2) == null ? first : Integer.parseInt(range.group(2)));
            // In a cluster of servers old and new, which tell no shard and one, a server may say each range twice.
            if (!slots.contains(claimed)) {
                slots.add(claimed);
            }
            return;
        }
        Matcher move = MOVE.matcher(text);
        check(move.matches(), "slot", text, "n, first-last, [n->-id] or [n-<-id]");
        int slot = Integer.parseInt(move.group(1));
        boolean leaves = ">".equals(move.group(2));
        moves.add(new SlotMove(slot, leaves ? id : move.group(3), leaves ? move.group(3) : id));
    }

    private static void take(BitSet taken, SlotRange range) {
        int clash = taken.nextSetBit(range.first());
        check(clash < 0 || clash > range.last(), "slot", Integer.toString(clash), "one owner");
        taken.set(range.first(), range.last() + 1);
    }

    private static int port(String digits) {
        int port = Integer.parseInt(digits);
        check(port <= 65535, "port", digits, "0..65535");
        return port;
    }

    private static long number(String name, String text) {
        check(NUMBER.matcher(text).matches(), name, text, "a number of up to 18 digits");
        return Long.parseLong(text);
    }

    private static @Nullable String emptyToNull(@Nullable String text) {
        return text == null || text.isEmpty() ? null : text;
    }

    private static void check(boolean holds, String name, String value, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(
                    name + ": " + MalformedReplyException.excerpt(value) + " (expected: " + expected + ")");
        }
    }
}
