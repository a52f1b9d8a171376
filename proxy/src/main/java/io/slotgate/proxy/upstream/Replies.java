package io.slotgate.proxy.upstream;

import io.netty.buffer.ByteBuf;
import io.slotgate.proxy.worker.Worker;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What comes over a channel: each reply is the first one's of the commands in flight. Sees, too, whether replies come at all, and
 * hands back the commands whose replies never will. The channel is known here by name only, to be told to others. Confined
 * to its worker's event loop.
 */
final class Replies implements ReplyReader.Sink {
    private final UpstreamChannel channel;
    private final Connection connection;
    private final Worker worker;
    private final PendingPool pendings;
    private final UpstreamEvents events;
    private final InFlight inFlight;
    private final ObservedReplies observed;
    private final AnswerWatch answers = new AnswerWatch();
    private @Nullable PushListener listener;

    Replies(UpstreamChannel channel, Connection connection, InFlight inFlight, Worker worker, PendingPool pendings,
            UpstreamEvents events) {
        this.channel = channel;
        this.connection = connection;
        this.inFlight = inFlight;
        this.worker = worker;
        this.pendings = pendings;
        this.events = events;
        this.observed = new ObservedReplies(worker.observer(), channel.key().node());
    }

    /** Gives all that comes from now on to {@code listener}, as nothing will be in flight here. */
    void listener(PushListener listener) {
        this.listener = listener;
    }

    /** Who gets all that comes; null if it is replies to what is in flight. */
    @Nullable
    PushListener listener() {
        return listener;
    }

    // ---- replies come

    @Override
    public void reply(ByteBuf buffer, int start, int end) {
        byte type = buffer.getByte(start);
        if (type == '>' && listener == null) {
            return;
        }
        Pending pending = inFlight.head();
        if (pending == null) {
            toNobodyInFlight(buffer, start, end);
            return;
        }
        if (pending.batch != null && pending.batch.takes(buffer, start, end)) {
            return;
        }
        inFlight.poll();
        worker.counters().replies++;
        if (type != '-' || !events.onError(channel, pending, buffer, start, end)) {
            observed.observe(pending, end - start, buffer.getByte(start) == '-');
            pending.releaseRequest(worker);
            pending.requester.onReply(pending, buffer, start, end);
        }
    }

    private void toNobodyInFlight(ByteBuf buffer, int start, int end) {
        if (!connection.ready()) {
            connection.greeted(buffer, start, end);
        } else if (listener != null) {
            listener.onMessage(buffer, start, end);
        } else {
            connection.cut(new IOException("a reply that nobody asked for"));
        }
    }

    @Override
    public boolean takesParts(long size) {
        Pending head = inFlight.head();
        if (head == null || (head.batch != null && head.batch.expectsMore())) {
            return false;
        }
        return switch (head.requester.onLargeReply(head, channel, size)) {
            case GATHER -> false;
            case IN_PARTS -> {
                observed.big(head, size);
                yield true;
            }
            case ASK_ELSEWHERE -> {
                inFlight.replaceHead(
                        pendings.take(Discarder.INSTANCE, null, channel.key().protocol(), Pending.NO_SLOT));
                head.requester.askElsewhere(head);
                yield true;
            }
        };
    }

    @Override
    public void part(ByteBuf buffer, int start, int end, boolean last) {
        Pending pending = last ? inFlight.poll() : inFlight.head();
        if (pending == null) {
            throw new IllegalStateException("a part of a reply that nobody asked for");
        }
        if (last) {
            worker.counters().replies++;
            observed.observe(pending, 0, false);
            pending.releaseRequest(worker);
        }
        pending.requester.onReplyPart(pending, buffer, start, end, last);
    }

    @Override
    public void malformed() {
        connection.cut(new IOException("not a RESP reply"));
    }

    @Override
    public boolean open() {
        return connection.open();
    }

    // ---- replies don't come

    /** The node has just accepted the connection, at {@code now}. */
    void begin(long now) {
        answers.reset(now);
    }

    /** For how long the command whose reply is next has been waiting for it, as far as calls of this at intervals show. */
    long unansweredNanos(long now) {
        return connection.ready() ? answers.look(inFlight.answered(), inFlight.size(), now) : 0;
    }

    /** What has not been answered counts as sent now. */
    void startWaitingAnew(long now) {
        answers.startAnew(now);
    }

    /** Whether the node has answered something since {@code time}. */
    boolean heardSince(long time, long now) {
        unansweredNanos(now);
        return connection.ready() && answers.heardSince(time);
    }

    /**
     * The connection is gone: what is in flight will not be answered.
     *
     * @param withinReply whether of the reply that is next parts were handed over already
     */
    void handBack(boolean withinReply) {
        boolean cutOff = withinReply;
        Pending pending;
        while ((pending = inFlight.poll()) != null) {
            if (cutOff) {
                pending.releaseRequest(worker);
                pending.requester.onReplyCut(pending);
                cutOff = false;
            } else {
                events.onLost(channel, pending, inFlight.wasFlushed(pending));
            }
        }
    }
}
