package io.slotgate.proxy.session;

import io.netty.buffer.ByteBuf;
import io.slotgate.proxy.command.CommandSpec;
import io.slotgate.proxy.facade.ReplyMode;
import io.slotgate.proxy.observe.Observer;
import io.slotgate.proxy.redirect.ErrorReply;
import io.slotgate.proxy.resp.ReplyWriter;
import io.slotgate.proxy.upstream.LargeReply;
import io.slotgate.proxy.upstream.Pending;
import io.slotgate.proxy.upstream.PendingPool;
import io.slotgate.proxy.upstream.Requester;
import io.slotgate.proxy.upstream.UpstreamChannel;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The answers to one session's commands, in the order of the commands: whatever comes before its turn waits here. Confined to
 * its worker.
 */
final class Answers implements Requester {
    private static final Logger log = LoggerFactory.getLogger(Answers.class);

    private final Session session;
    private final SessionRoom room;
    private final SessionIntake intake;
    private final SessionOutput output;
    private final Observer observer;
    private final PendingQueue queue;
    /** The node's channel whose large reply comes in parts. */
    private @Nullable UpstreamChannel source;
    private @Nullable Download download;
    /** What was pushed while a reply went out in parts. */
    private @Nullable ByteBuf pushed;
    private final Announcements announcements;

    /** @param queue the session's commands under way, which only this changes */
    Answers(Session session, SessionRoom room, PendingQueue queue, SessionIntake intake, SessionOutput output) {
        this.session = session;
        this.room = room;
        this.queue = queue;
        this.intake = intake;
        this.output = output;
        this.observer = room.worker().observer();
        this.announcements = new Announcements(session, room, this);
    }

    /** What a session that tracks keys is told. */
    Announcements announcements() {
        return announcements;
    }

    /** Commands under way. */
    int size() {
        return queue.size();
    }

    boolean isEmpty() {
        return queue.isEmpty();
    }

    /** The last command under way, or what stands behind it; null if there is none. */
    @Nullable
    Pending last() {
        return queue.last();
    }

    /** Whether the command whose turn it is reads keys. */
    boolean beginsWithRead() {
        Pending head = queue.head();
        CommandSpec spec = head == null ? null : head.spec();
        return spec != null && spec.readOnly();
    }

    /** Whether the last that stands here is of this {@linkplain Announcements kind}. */
    boolean endsWith(int kind) {
        Pending last = queue.last();
        return last != null && last.spec() == null && last.part() == kind;
    }

    /** Puts an announcement behind all that is under way; there must be something. */
    void queue(ByteBuf announcement, int kind) {
        Pending pending = room.pendings().take(this, null, session.protocol(), Pending.NO_SLOT);
        pending.part(kind);
        stash(pending, announcement, announcement.readerIndex(), announcement.writerIndex());
        queue.add(pending);
    }

    /** The next command's answer is to come. */
    void enqueue(Pending pending) {
        pending.since(observer.clock().now());
        if (session.client().replies() != ReplyMode.ON) {
            mute(pending);
        }
        queue.add(pending);
    }

    /** Gives a reply of our own, in its turn. */
    void answer(ByteBuf reply) {
        if (reply.isReadable() && !isMuted()) {
            own(reply);
        }
    }

    /** As {@link #answer}, for what is told even to who wants no answers: subscriptions, as a server has it. */
    void confirm(ByteBuf reply) {
        isMuted();
        own(reply);
    }

    private void own(ByteBuf reply) {
        if (queue.isEmpty()) {
            output.append(reply, reply.readerIndex(), reply.readableBytes());
            return;
        }
        Pending last = queue.tail();
        // What is marked is more than its bytes.
        if (last != null && last.part() == 0
                && last.extendReply(room.worker().stash(), reply, reply.readerIndex(), reply.writerIndex())) {
            // A transaction has a row of them.
            queue.stashed(reply.readableBytes());
            return;
        }
        Pending pending = room.pendings().take(this, null, session.protocol(), Pending.NO_SLOT);
        stash(pending, reply, reply.readerIndex(), reply.writerIndex());
        queue.add(pending);
    }

    /** Whether the command that is answered now is one whose client wants no answer. */
    private boolean isMuted() {
        ReplyMode mode = session.client().replies();
        if (mode == ReplyMode.SKIP_NEXT) {
            session.client().replies(ReplyMode.ON);
        }
        return mode != ReplyMode.ON;
    }

    private void mute(Pending pending) {
        isMuted();
        pending.mute();
    }

    /** Sends the reply, or what is here of it, if the client wants it. */
    private void pass(Pending pending, ByteBuf buffer, int start, int length) {
        if (pending.muted()) {
            output.dontWithhold();
        } else {
            output.append(buffer, start, length);
        }
        if (pending.part() != 0) {
            marked(pending, buffer, start, length);
        }
    }

    private void observe(Pending pending, ByteBuf reply, int start) {
        boolean error = reply.getByte(start) == '-';
        observe(pending, error);
        CommandSpec spec = pending.spec();
        if (error && spec != null && ErrorReply.isUncertain(reply, start)) {
            observer.uncertain(spec);
        }
    }

    private void observe(Pending pending, boolean error) {
        CommandSpec spec = pending.spec();
        if (spec != null && observer.answered(spec, pending.since(), error) && !pending.wasSent()) {
            // Of what was sent in parts nobody else knows how long it took.
            onSlow(pending);
        }
    }

    /** What goes out concerns tracking. */
    private void marked(Pending pending, ByteBuf buffer, int start, int length) {
        int mark = pending.part();
        pending.part(0);
        SessionTracking tracking = session.modes().tracking();
        if (mark != Announcements.OWN_WRITE) {
            announcements.left(length);
        } else if (tracking != null) {
            tracking.ownWrites().answered(pending, buffer, start);
        }
    }

    private void stash(Pending pending, ByteBuf reply, int start, int end) {
        pending.stashReply(room.worker().stash(), reply, start, end);
        queue.stashed(end - start);
    }

    @Override
    public void onReply(Pending pending, ByteBuf buffer, int start, int end) {
        if (pending != queue.head()) {
            stash(pending, buffer, start, end);
            return;
        }
        if (download != null) {
            downloaded(pending, false);
        }
        queue.poll();
        pass(pending, buffer, start, end - start);
        observe(pending, buffer, start);
        PendingPool.recycle(pending);
        drain();
    }

    /** Passes on the replies that waited for the one that has just gone. */
    private void drain() {
        Pending next = queue.head();
        while (next != null && next.answered()) {
            queue.stashed(-next.reply().length());
            pass(next, next.reply().buffer(), next.reply().offset(), next.reply().length());
            observe(next, next.reply().buffer(), next.reply().offset());
            queue.poll();
            PendingPool.recycle(next);
            next = queue.head();
        }
        if (next != null && next.tooLarge() == LargeReply.ASK_ELSEWHERE) {
            next.tooLarge(LargeReply.GATHER);
            download(next);
        }
        intake.answered();
    }

    @Override
    public LargeReply onLargeReply(Pending pending, UpstreamChannel from, long size) {
        if (pending != queue.head()) {
            return beforeItsTurn(pending, size);
        }
        room.worker().counters().downloads++;
        boolean onLane = download != null && download.runsOn(from);
        if (onLane || !mayBeAskedLater(pending)) {
            source = from;
            return LargeReply.IN_PARTS;
        }
        return LargeReply.ASK_ELSEWHERE;
    }

    /**
     * Others have to be answered first. The reply is gathered if there is room for it, else asked for again in its turn, or
     * given up; but the node's channel never waits, for what is waited for may come by the same one.
     */
    private LargeReply beforeItsTurn(Pending pending, long size) {
        if (queue.stashed() + size <= room.limits().configured().outputBytes()) {
            return LargeReply.GATHER;
        }
        LargeReply decision = mayBeAskedLater(pending) ? LargeReply.ASK_ELSEWHERE : LargeReply.IN_PARTS;
        pending.tooLarge(decision);
        return decision;
    }

    private boolean mayBeAskedLater(Pending pending) {
        return pending.readsOneSlot() && PendingQueue.nothingWrittenBehind(pending);
    }

    @Override
    public void askElsewhere(Pending pending) {
        if (pending == queue.head()) {
            download(pending);
        } else {
            onDetour(pending);
        }
    }

    /** Has a read with a large reply done where nobody has to wait for it. */
    void download(Pending pending) {
        if (download != null) {
            download.end(true);
        }
        intake.drainFirst();
        download = new Download(room, session.plane(), pending,
                LargeKeys.fingerprint(pending, room.keptFrame(pending)));
        download.begin();
    }

    private void downloaded(Pending pending, boolean large) {
        if (download != null && download.isFor(pending)) {
            download.end(large);
            download = null;
        }
    }

    @Override
    public void onReplyPart(Pending pending, ByteBuf buffer, int start, int end, boolean last) {
        if (pending.tooLarge() == LargeReply.IN_PARTS) {
            if (last) {
                giveUp(pending);
            }
            return;
        }
        pass(pending, buffer, start, end - start);
        if (last) {
            source = null;
            pushHeld();
            downloaded(pending, true);
            observe(pending, false);
            queue.poll();
            PendingPool.recycle(pending);
            drain();
        } else if (source != null) {
            output.keepUp(source);
        }
    }

    @Override
    public void onReplyCut(Pending pending) {
        if (pending.tooLarge() == LargeReply.IN_PARTS) {
            giveUp(pending);
            return;
        }
        log.atInfo().addKeyValue("client", session.client().remote()).log("Closed: a node was lost within a reply");
        queue.poll();
        PendingPool.recycle(pending);
        session.close();
    }

    private void giveUp(Pending pending) {
        ByteBuf error = room.worker().scratch();
        ReplyWriter.error(error, "ERR the reply came before its turn and is larger than "
                + room.limits().configured().outputBytes() + " bytes (limits.output-bytes): ask for it by itself");
        onReply(pending, error, 0, error.writerIndex());
    }

    @Override
    public void onSlow(Pending pending) {
        room.slowCommands().note(session.client(), pending);
    }

    @Override
    public void onDetour(Pending pending) {
        intake.drainFirst();
        // It may take longer than a round trip.
        output.dontWithhold();
    }

    @Override
    public boolean onPartlyMoved(Pending pending) {
        return session.plane().dispatcher().fanOuts().splitByKey(pending);
    }

    // ---- what nobody asked for

    /** Sends bytes that answer no command: between two replies, never within one. */
    void push(ByteBuf message, int start, int length) {
        if (source == null) {
            output.appendShared(message, start, length);
            return;
        }
        if (pushed == null) {
            pushed = room.worker().allocator().directBuffer(length);
        }
        if (pushed.readableBytes() + (long) length > room.limits().configured().outputBytes()) {
            output.closeSlow();
            return;
        }
        pushed.writeBytes(message, start, length);
    }

    /** As {@link #push}, of bytes that are good only during the call. */
    void pushCopy(ByteBuf message, int start, int length) {
        if (source == null) {
            output.append(message, start, length);
        } else {
            push(message, start, length);
        }
    }

    private void pushHeld() {
        ByteBuf held = pushed;
        if (held != null) {
            pushed = null;
            output.append(held, held.readerIndex(), held.readableBytes());
            held.release();
        }
    }

    /** The client left: what comes back for it is dropped. */
    void close() {
        Pending pending;
        while ((pending = queue.poll()) != null) {
            if (pending.answered()) {
                PendingPool.recycle(pending);
            } else if (pending.tooLarge() == LargeReply.ASK_ELSEWHERE) {
                pending.releaseRequest(room.worker());
                PendingPool.recycle(pending);
            } else {
                pending.abandon();
            }
        }
        if (download != null) {
            download.abort();
            download = null;
        }
        if (pushed != null) {
            pushed.release();
            pushed = null;
        }
    }
}
