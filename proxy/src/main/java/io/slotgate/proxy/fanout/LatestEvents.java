package io.slotgate.proxy.fanout;

import io.netty.buffer.ByteBuf;
import io.slotgate.proxy.observe.LatencySpikes;
import io.slotgate.proxy.observe.LatencySpikes.Spike;
import io.slotgate.proxy.resp.ReplyScanner;
import io.slotgate.proxy.resp.ReplyWriter;
import io.slotgate.proxy.upstream.Pending;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** LATENCY LATEST of all nodes as one: of each event when it was last, its latency then, and the largest there was. */
final class LatestEvents {
    private record Event(long time, long latency, long largest) {
        Event with(Event other) {
            Event last = other.time > time ? other : this;
            return new Event(last.time, last.latency, Math.max(largest, other.largest));
        }
    }

    private LatestEvents() {}

    /** @param own our own slow seconds, the oldest first */
    static void merge(FanOut parts, List<Spike> own, ByteBuf out) {
        Map<String, Event> events = new LinkedHashMap<>();
        ReplyScanner scanner = new ReplyScanner();
        for (int i = 0; i < parts.count(); i++) {
            Pending part = parts.part(i);
            ByteBuf reply = part.reply().buffer();
            int end = part.reply().end();
            int at = Frames.behindLine(reply, part.reply().offset());
            for (long left = Frames.number(part, "*"); left > 0; left--) {
                int header = Frames.behindLine(reply, at);
                int name = Frames.behindLine(reply, header);
                int time = scanner.scan(reply, header, end);
                int latency = Frames.behindLine(reply, time);
                int largest = Frames.behindLine(reply, latency);
                events.merge(reply.toString(name, time - 2 - name, StandardCharsets.UTF_8),
                        new Event(Frames.number(reply, time), Frames.number(reply, latency),
                                Frames.number(reply, largest)),
                        Event::with);
                at = Frames.behindLine(reply, largest);
            }
        }
        for (Spike spike : own) {
            events.merge(LatencySpikes.EVENT, new Event(spike.unixSeconds(), spike.millis(), spike.millis()),
                    Event::with);
        }
        ReplyWriter.array(out, events.size());
        events.forEach((name, event) -> {
            ReplyWriter.array(out, 4);
            ReplyWriter.bulk(out, name);
            ReplyWriter.integer(out, event.time());
            ReplyWriter.integer(out, event.latency());
            ReplyWriter.integer(out, event.largest());
        });
    }
}
