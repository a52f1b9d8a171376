package io.slotgate.proxy.fanout;

import io.netty.buffer.ByteBuf;
import io.slotgate.proxy.resp.ReplyScanner;
import io.slotgate.proxy.resp.ReplyWriter;
import io.slotgate.proxy.upstream.Pending;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Entries with a time, gathered from all nodes and put in its order.
 *
 * @param timeAt which element of an entry is its time, in seconds
 * @param newestFirst else oldest first
 * @param most entries of the reply; negative: all
 * @param own a reply of our own, taken in as if it were a node's; not counted, for it is on the heap
 */
record TimedMerge(int timeAt, boolean newestFirst, long most, ByteBuf own) implements Merge {
    /** SLOWLOG GET: an entry's number, its time, … */
    static TimedMerge slowLog(long most, ByteBuf own) {
        return new TimedMerge(1, true, most, own);
    }

    /** LATENCY HISTORY: a time and a latency. */
    static TimedMerge latencyHistory(ByteBuf own) {
        return new TimedMerge(0, false, -1, own);
    }

    private record Entry(ByteBuf buffer, int start, int end, long time) {}

    @Override
    public void merge(FanOut parts, ByteBuf out) {
        List<Entry> entries = new ArrayList<>();
        ReplyScanner scanner = new ReplyScanner();
        for (int i = 0; i < parts.count(); i++) {
            Pending part = parts.part(i);
            Frames.number(part, "*");
            read(part.reply().buffer(), part.reply().offset(), part.reply().end(), scanner, entries);
        }
        read(own, 0, own.writerIndex(), scanner, entries);
        Comparator<Entry> byTime = Comparator.comparingLong(Entry::time);
        entries.sort(newestFirst ? byTime.reversed() : byTime);
        long count = most < 0 ? entries.size() : Math.min(most, entries.size());
        ReplyWriter.array(out, count);
        for (Entry entry : entries.subList(0, (int) count)) {
            out.writeBytes(entry.buffer(), entry.start(), entry.end() - entry.start());
        }
    }

    private void read(ByteBuf reply, int start, int end, ReplyScanner scanner, List<Entry> entries) {
        int at = Frames.behindLine(reply, start);
        for (long left = Frames.number(reply, start); left > 0; left--) {
            int behind = scanner.scan(reply, at, end);
            int time = Frames.behindLine(reply, at);
            for (int i = 0; i < timeAt; i++) {
                time = scanner.scan(reply, time, end);
            }
            if (behind < 0 || time < 0) {
                throw new IllegalStateException("an entry is cut off");
            }
            entries.add(new Entry(reply, at, behind, Frames.number(reply, time)));
            at = behind;
        }
    }
}
