package io.slotgate.proxy.session;

import io.netty.buffer.ByteBuf;
import io.slotgate.proxy.facade.ReplyMode;
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
    private final PendingQueue queue = new PendingQueue();
    /** Bytes of replies that wait for others before them. */
    private long stashed;
    /** The node's channel whose large reply comes in parts. */
    private @Nullable UpstreamChannel source;
    private @Nullable Download download;
    /** What was pushed while a reply went out in parts. */
    private @Nullable ByteBuf pushed;

    Answers(Session session, SessionRoom room) {
        this.session = session;
        this.room = room;
    }

    /** Commands under way. */
    int size() {
        return queue.size();
    }

    boolean isEmpty() {
        return queue.isEmpty();
    }

    /** Bytes of replies that wait for others before them. */
    long stashed() {
        return stashed;
    }

    /** The next command's answer is to come. */
    void enqueue(Pending pending) {
        if (session.client().replies() != ReplyMode.ON) {
            mute(pending);
        }
        queue.add(pending);
    }

    /** Gives a reply of our own, in its turn. */
    void answer(ByteBuf reply) {
        if (!reply.isReadable() || isMuted()) {
            return;
        }
        if (queue.isEmpty()) {
            session.append(reply, reply.readerIndex(), reply.readableBytes());
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
        if (!pending.muted()) {
            session.append(buffer, start, length);
        }
    }

    private void stash(Pending pending, ByteBuf reply, int start, int end) {
        pending.stashReply(room.worker().stash(), reply, start, end);
        stashed += end - start;
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
        PendingPool.recycle(pending);
        drain();
    }

    /** Passes on the replies that waited for the one that has just gone. */
    private void drain() {
        Pending next = queue.head();
        while (next != null && next.answered()) {
            stashed -= next.replyLength();
            pass(next, next.replyBuffer(), next.replyOffset(), next.replyLength());
            queue.poll();
            PendingPool.recycle(next);
            next = queue.head();
        }
        if (next != null && next.tooLarge() == LargeReply.ASK_ELSEWHERE) {
            next.tooLarge(LargeReply.GATHER);
            download(next);
        }
        session.answered();
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
        if (stashed + size <= room.limits().configured().outputBytes()) {
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
        session.drainFirst();
        download = new Download(room, pending, LargeKeys.fingerprint(pending, room.keptFrame(pending)));
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
            queue.poll();
            PendingPool.recycle(pending);
            drain();
        } else if (source != null) {
            session.keepUp(source);
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
    public void onDetour(Pending pending) {
        session.drainFirst();
    }

    @Override
    public boolean onPartlyMoved(Pending pending) {
        return room.dispatcher().splitByKey(pending);
    }

    // ---- what nobody asked for

    /** Sends bytes that answer no command: between two replies, never within one. */
    void push(ByteBuf message, int start, int length) {
        if (source == null) {
            session.append(message, start, length);
            return;
        }
        if (pushed == null) {
            pushed = room.worker().allocator().directBuffer(length);
        }
        if (pushed.readableBytes() + (long) length > room.limits().configured().outputBytes()) {
            session.closeSlow();
            return;
        }
        pushed.writeBytes(message, start, length);
    }

    private void pushHeld() {
        ByteBuf held = pushed;
        if (held != null) {
            pushed = null;
            session.append(held, held.readerIndex(), held.readableBytes());
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
