package io.slotgate.proxy.fanout;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.slotgate.proxy.resp.ReplyWriter;
import io.slotgate.proxy.upstream.LargeReply;
import io.slotgate.proxy.upstream.Pending;
import io.slotgate.proxy.upstream.PendingPool;
import io.slotgate.proxy.upstream.Requester;
import io.slotgate.proxy.upstream.UpstreamChannel;
import io.slotgate.topology.model.HostPort;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What is asked of one node in one write: the state of some slots, and around it commands that read them. */
final class SlotRound implements Requester {
    private final SlotScans room;
    private final Consumer<SlotRound> then;
    private final int reads;
    private int missing;
    private boolean denied;
    private long bytes;

    final UpstreamChannel channel;
    final List<SlotStatus> before;
    final List<SlotStatus> after;
    /** What the commands in the midst were answered. */
    final List<ByteBuf> replies;

    private SlotRound(SlotScans room, UpstreamChannel channel, int probes, int reads, Consumer<SlotRound> then) {
        this.room = room;
        this.channel = channel;
        this.reads = reads;
        this.then = then;
        this.before = new ArrayList<>(Collections.nCopies(probes, new SlotStatus.Unknown()));
        this.after = new ArrayList<>(before);
        this.replies = new ArrayList<>(Collections.nCopies(reads, Unpooled.EMPTY_BUFFER));
    }

    /**
     * Asks. Where there is a command for each slot, it goes between the two questions for that slot's state, so that as little as can be lies
     * between them.
     *
     * @param probes how many slots' state to ask for, from {@code first}: before what is read, and behind it if anything is
     */
    static void ask(SlotScans room, UpstreamChannel channel, int first, int probes, List<ByteBuf> reads,
            Consumer<SlotRound> then) {
        SlotRound round = new SlotRound(room, channel, probes, reads.size(), then);
        round.missing = reads.isEmpty() ? probes : probes * 2 + reads.size();
        if (reads.size() == probes) {
            for (int i = 0; i < probes; i++) {
                round.probe(i, first + i);
                round.read(i, reads.get(i));
                round.probe(probes + reads.size() + i, first + i);
            }
            return;
        }
        for (int i = 0; i < probes; i++) {
            round.probe(i, first + i);
        }
        for (int i = 0; i < reads.size(); i++) {
            round.read(i, reads.get(i));
        }
        for (int i = 0; i < probes && !reads.isEmpty(); i++) {
            round.probe(probes + reads.size() + i, first + i);
        }
    }

    private void probe(int part, int slot) {
        room.send(this, channel, part, SlotProbes.command(slot));
    }

    private void read(int index, ByteBuf command) {
        room.send(this, channel, before.size() + index, command);
    }

    HostPort node() {
        return channel.key().node();
    }

    /** Whether the user may not ask for the state of slots. */
    boolean denied() {
        return denied;
    }

    /** The first error among the replies; null if there is none. */
    @Nullable
    ByteBuf error() {
        return replies.stream().filter(reply -> reply.getByte(0) == '-').findFirst().orElse(null);
    }

    /** The bytes of what was read. */
    long bytes() {
        return bytes;
    }

    @Override
    public void onReply(Pending part, ByteBuf buffer, int start, int end) {
        int index = part.part();
        PendingPool.recycle(part);
        int probes = before.size();
        if (index >= probes && index < probes + reads) {
            byte[] copy = new byte[end - start];
            buffer.getBytes(start, copy);
            bytes += copy.length;
            room.gathered(copy.length);
            replies.set(index - probes, Unpooled.wrappedBuffer(copy));
        } else {
            SlotStatus status = SlotStatus.read(buffer, start, end, node());
            denied |= status instanceof SlotStatus.Denied;
            if (index < probes) {
                before.set(index, status);
            } else {
                after.set(index - probes - reads, status);
            }
        }
        if (--missing == 0) {
            then.accept(this);
        }
    }

    @Override
    public LargeReply onLargeReply(Pending part, UpstreamChannel from, long size) {
        return room.isTooLarge(size) ? LargeReply.IN_PARTS : LargeReply.GATHER;
    }

    @Override
    public void onReplyPart(Pending part, ByteBuf buffer, int start, int end, boolean last) {
        if (last) {
            error(part, "ERR the reply is larger than " + room.largestReply() + " bytes: use a smaller COUNT");
        }
    }

    @Override
    public void onReplyCut(Pending part) {
        error(part, "UNCERTAIN the connection was lost within the reply");
    }

    private void error(Pending part, String text) {
        ByteBuf error = Unpooled.buffer();
        ReplyWriter.error(error, text);
        onReply(part, error, 0, error.writerIndex());
    }
}
