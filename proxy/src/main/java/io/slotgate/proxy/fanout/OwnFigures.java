package io.slotgate.proxy.fanout;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.slotgate.proxy.observe.LatencySpikes;
import io.slotgate.proxy.observe.SlowCommand;
import io.slotgate.proxy.observe.SlowLog;
import io.slotgate.proxy.resp.ReplyWriter;
import io.slotgate.proxy.resp.RequestFrame;
import io.slotgate.proxy.route.Route.Merging;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.IntSupplier;

/**
 * What the proxy itself has to say in SLOWLOG and LATENCY, put among the nodes' replies as if it were one of them. Nothing of it is
 * told, or forgotten, where the nodes refuse the command.
 */
final class OwnFigures {
    /** What SLOWLOG GET gives without a number. */
    private static final int SLOW_LOG_ENTRIES = 10;

    private final SlowLog slowLog;

    OwnFigures(SlowLog slowLog) {
        this.slowLog = slowLog;
    }

    /** How the nodes' replies are merged with our own, of a command of which there are such. */
    Merge merge(Merging merging, RequestFrame frame) {
        return switch (merging) {
            case SLOW_LOG -> TimedMerge.slowLog(slowLogEntries(frame), slowCommands());
            case LATENCY_HISTORY -> TimedMerge.latencyHistory(spikes(frame));
            case LATEST_EVENTS -> (parts, out) -> LatestEvents.merge(parts, slowLog.spikes().history(), out);
            case LATENCY_RESET ->
                resetsOurs(frame) ? plus(() -> slowLog.spikes().reset() ? 1 : 0) : Merge.SUM;
            case SLOW_LOG_LENGTH -> plus(slowLog::length);
            case SLOW_LOG_RESET -> new Resetting(slowLog);
            default -> throw new IllegalArgumentException(merging + " (expected: one that has to do with us)");
        };
    }

    private static Merge plus(IntSupplier own) {
        return (parts, out) -> {
            Merge.SUM.merge(parts, out);
            long nodes = Frames.number(out, 0);
            out.clear();
            ReplyWriter.integer(out, nodes + own.getAsInt());
        };
    }

    /** Forgets our own entries if the nodes did. */
    private record Resetting(SlowLog slowLog) implements Merge {
        @Override
        public void merge(FanOut parts, ByteBuf out) {
            NodeMerge.DONE.merge(parts, out);
            if (out.getByte(0) != '-') {
                slowLog.reset();
            }
        }

        @Override
        public boolean takesErrors() {
            return true;
        }
    }

    private static boolean resetsOurs(RequestFrame frame) {
        boolean named = frame.argc() < 3;
        for (int arg = 2; arg < frame.argc(); arg++) {
            named |= frame.is(arg, LatencySpikes.EVENT);
        }
        return named;
    }

    private ByteBuf slowCommands() {
        List<SlowCommand> entries = slowLog.entries();
        ByteBuf own = Unpooled.buffer();
        ReplyWriter.array(own, entries.size());
        for (SlowCommand entry : entries) {
            ReplyWriter.array(own, 6);
            ReplyWriter.integer(own, entry.id());
            ReplyWriter.integer(own, entry.unixSeconds());
            ReplyWriter.integer(own, entry.micros());
            ReplyWriter.array(own, entry.arguments().size());
            for (String argument : entry.arguments()) {
                ReplyWriter.bulk(own, argument.getBytes(StandardCharsets.ISO_8859_1));
            }
            ReplyWriter.bulk(own, entry.client());
            ReplyWriter.bulk(own, entry.clientName());
        }
        return own;
    }

    private ByteBuf spikes(RequestFrame frame) {
        List<LatencySpikes.Spike> spikes = frame.argc() == 3 && frame.is(2, LatencySpikes.EVENT)
                ? slowLog.spikes().history()
                : List.of();
        ByteBuf own = Unpooled.buffer();
        ReplyWriter.array(own, spikes.size());
        for (LatencySpikes.Spike spike : spikes) {
            ReplyWriter.array(own, 2);
            ReplyWriter.integer(own, spike.unixSeconds());
            ReplyWriter.integer(own, spike.millis());
        }
        return own;
    }

    /** What SLOWLOG GET asks for; if that is no number, the nodes say so. */
    private static long slowLogEntries(RequestFrame frame) {
        if (frame.argc() < 3) {
            return SLOW_LOG_ENTRIES;
        }
        long entries = frame.length(2) > 18 ? -1 : 0;
        for (int i = 0; entries >= 0 && i < frame.length(2); i++) {
            int digit = frame.buffer().getByte(frame.offset(2) + i) - '0';
            entries = digit < 0 || digit > 9 ? -1 : entries * 10 + digit;
        }
        return entries;
    }
}
