package io.slotgate.proxy.fanout;

import io.netty.buffer.ByteBuf;
import io.slotgate.proxy.resp.ReplyWriter;
import io.slotgate.proxy.upstream.Pending;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * LATENCY HISTOGRAM of all nodes as one: the calls of each command added up, and to each bound, in microseconds, how many of them
 * took no longer. A node names only bounds at which its own count grows; in between it is what it was.
 *
 * @see <a href="https://valkey.io/commands/latency-histogram/">LATENCY HISTOGRAM</a>
 */
final class HistogramMerge implements Merge {
    /** One command: its calls, and what each node counts up to each bound. */
    private static final class Histogram {
        private long calls;
        private final List<TreeMap<Long, Long>> ofNodes = new ArrayList<>();

        void write(ByteBuf out, int protocol) {
            TreeSet<Long> bounds = new TreeSet<>();
            ofNodes.forEach(node -> bounds.addAll(node.keySet()));
            ReplyWriter.map(out, 2, protocol);
            ReplyWriter.bulk(out, "calls");
            ReplyWriter.integer(out, calls);
            ReplyWriter.bulk(out, "histogram_usec");
            ReplyWriter.map(out, bounds.size(), protocol);
            for (long bound : bounds) {
                ReplyWriter.integer(out, bound);
                ReplyWriter.integer(out, upTo(bound));
            }
        }

        private long upTo(long bound) {
            long sum = 0;
            for (TreeMap<Long, Long> node : ofNodes) {
                Map.Entry<Long, Long> last = node.floorEntry(bound);
                sum += last == null ? 0 : last.getValue();
            }
            return sum;
        }
    }

    /** Goes over one node's reply. */
    private static final class Reader {
        private final ByteBuf reply;
        private int at;

        Reader(Pending part) {
            reply = part.reply().buffer();
            at = part.reply().offset();
        }

        /** Enters a map; returns how many entries it has. In RESP2 it is an array of keys and values in turn. */
        int entries() {
            byte type = reply.getByte(at);
            long number = number();
            return switch (type) {
                case '%' -> (int) number;
                case '*' -> (int) number / 2;
                default -> throw new IllegalStateException("type " + (char) type + " (expected: a map)");
            };
        }

        String text() {
            int length = (int) number();
            String text = reply.toString(at, length, StandardCharsets.UTF_8);
            at += length + 2;
            return text;
        }

        long number() {
            long number = Frames.number(reply, at);
            at = Frames.behindLine(reply, at);
            return number;
        }
    }

    @Override
    public void merge(FanOut parts, ByteBuf out) {
        Map<String, Histogram> commands = new LinkedHashMap<>();
        for (int i = 0; i < parts.count(); i++) {
            Reader reader = new Reader(parts.part(i));
            for (int left = reader.entries(); left > 0; left--) {
                read(reader, commands.computeIfAbsent(reader.text(), name -> new Histogram()));
            }
        }
        int protocol = parts.part(0).protocol();
        ReplyWriter.map(out, commands.size(), protocol);
        commands.forEach((name, histogram) -> {
            ReplyWriter.bulk(out, name);
            histogram.write(out, protocol);
        });
    }

    private static void read(Reader reader, Histogram into) {
        for (int left = reader.entries(); left > 0; left--) {
            String field = reader.text();
            switch (field) {
                case "calls" -> into.calls += reader.number();
                case "histogram_usec" -> {
                    TreeMap<Long, Long> counts = new TreeMap<>();
                    for (int bounds = reader.entries(); bounds > 0; bounds--) {
                        counts.put(reader.number(), reader.number());
                    }
                    into.ofNodes.add(counts);
                }
                default -> throw new IllegalStateException("'" + field + "' (expected: calls or histogram_usec)");
            }
        }
    }
}
