package io.slotgate.deploy.operator;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/**
 * One picture of a proxy for {@code top}.
 *
 * @param status body of {@code /status}
 * @param topology body of {@code /topology}
 * @param commandsBefore body of {@code /commands} at the time of the last picture; null if the proxy has none
 * @param commands the same now
 */
record TopFrame(JsonNode status, JsonNode topology, Rates rates, @Nullable JsonNode commandsBefore,
        @Nullable JsonNode commands) {
    private static final int MOST_COMMANDS = 6;

    /** @param before as it was at the last picture; missing if it was not there */
    private record Called(double perSecond, double errorsPerSecond, JsonNode before, JsonNode command) {}

    /** @param most lines that there is room for */
    List<String> lines(int most) {
        List<String> lines = new ArrayList<>();
        String member = Text.of(status, "member");
        String zone = Text.of(status, "zone");
        lines.add("slotgate " + member + (zone.isEmpty() ? "" : " in zone " + zone) + ", version "
                + Text.of(status, "version")
                + ", up " + Text.seconds(Text.number(status, "uptimeSeconds")) + ", serving: "
                + StatusCommand.serving(status));
        lines.add("");
        lines.add(columns("requests", rate("requests"), "replies", rate("replies"), "split", rate("requests.split")));
        lines.add(columns("bytes in", traffic("client.read.bytes"), "bytes out", traffic("client.written.bytes"),
                "other zone", percent(rates.perSecond("commands.other.zone"), rates.perSecond("replies"))));
        lines.add(columns("clients", Text.count(rates.now("sessions")), "new", rate("sessions.opened"), "handshakes",
                rate("handshakes.begun")));
        lines.add(columns("channels", Text.count(rates.now("upstream.channels")), "pending",
                Text.count(rates.now("upstream.pending")), "leases", Text.count(rates.now("leases"))));
        lines.add(columns("parked", Text.count(rates.now("parked")), "redirects", Text.count(
                rates.perSecond("redirects.moved") + rates.perSecond("redirects.ask")
                        + rates.perSecond("redirects.retried"))
                + "/s", "refused", rate("requests.refused")));
        lines.add(columns("uncertain", rates.now("writes.uncertain") + " in all", "lost links",
                rates.now("upstream.failures") + " in all", "expired", rates.now("parked.expired") + " in all"));
        if (commands != null && commandsBefore != null) {
            lines.add("");
            lines.addAll(calls(commandsBefore, commands));
        }
        lines.add("");
        Table nodes = new Table("SHARD", "NODE", "ROLE", "ZONE", "HEALTH", "READS", "SLOTS");
        TopologyView.rows(nodes, topology);
        lines.addAll(nodes.lines("no shards"));
        if (lines.size() <= most) {
            return lines;
        }
        List<String> shown = new ArrayList<>(lines.subList(0, most - 1));
        shown.add("and " + (lines.size() - most + 1) + " lines more (slotgate topology)");
        return shown;
    }

    private static String columns(String first, String one, String second, String two, String third, String three) {
        return String.format(Locale.ROOT, "%-10s %-14s  %-10s %-14s  %-10s %s", first, one, second, two, third, three);
    }

    private String rate(String figure) {
        return Text.count(rates.perSecond(figure)) + "/s";
    }

    private String traffic(String figure) {
        return Text.bytes(rates.perSecond(figure)) + "/s";
    }

    private static String percent(double part, double whole) {
        return String.format(Locale.ROOT, "%.1f%%", whole > 0 ? Math.min(100, 100 * part / whole) : 0);
    }

    /** Those that are called most now. */
    private List<String> calls(JsonNode earlier, JsonNode later) {
        List<Called> called = new ArrayList<>();
        // Not what lies between the figures, which may have been counted well before they came.
        double seconds = Rates.seconds(earlier, later);
        for (JsonNode command : later.path("items")) {
            JsonNode before = MissingNode.getInstance();
            for (JsonNode other : earlier.path("items")) {
                if (other.path("name").equals(command.path("name"))) {
                    before = other;
                }
            }
            double grown = grown(before, command, "calls");
            if (grown > 0 && seconds > 0) {
                called.add(new Called(grown / seconds, grown(before, command, "errors") / seconds, before, command));
            }
        }
        called.sort(Comparator.comparingDouble(Called::perSecond).reversed());
        Table table = new Table("COMMAND", ">CALLS/S", ">ERRORS/S", ">P50", ">P99", ">NODE P50", ">NODE P99");
        for (Called each : called.subList(0, Math.min(MOST_COMMANDS, called.size()))) {
            JsonNode command = each.command();
            RecentLatency here = new RecentLatency(each.before(), command, "proxy");
            RecentLatency node = new RecentLatency(each.before(), command, "upstream");
            table.row(Text.of(command, "name"), Text.count(each.perSecond()), Text.count(each.errorsPerSecond()),
                    here.percentile(0.5), here.percentile(0.99), node.percentile(0.5), node.percentile(0.99));
        }
        return table.lines("no commands");
    }

    /** Less than before if the proxy was started again meanwhile: that counts as nothing. */
    private static double grown(JsonNode before, JsonNode now, String figure) {
        return Math.max(0, Text.number(now, figure) - Text.number(before, figure));
    }
}
