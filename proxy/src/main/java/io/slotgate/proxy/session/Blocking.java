package io.slotgate.proxy.session;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.ScheduledFuture;
import io.slotgate.proxy.command.CommandSpec;
import io.slotgate.proxy.redirect.ErrorReply;
import io.slotgate.proxy.resp.ReplyWriter;
import io.slotgate.proxy.upstream.LargeReply;
import io.slotgate.proxy.upstream.LeaseUser;
import io.slotgate.proxy.upstream.Leases;
import io.slotgate.proxy.upstream.Pending;
import io.slotgate.proxy.upstream.PendingPool;
import io.slotgate.proxy.upstream.UpstreamChannel;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A command that may block its connection, on a lease to the owner of its slot:
 *
 * <pre>
 *                     no owner, unreachable, LOADING, TRYAGAIN, …
 *           ┌────────────────────────────────────────────────────┐
 *           v                                                    │
 *   Pausing ──> Asking for a lease ──granted──> Blocked ─────────┘
 *           ^                                     │ │
 *           │       MOVED, ASK, lost unsent ──────┘ └── reply, time over, client left, unblocked ──> Over
 *           └─────── with the time that is left
 * </pre>
 *
 * A lease that is lost while a read blocks on it is replaced; what takes elements is answered UNCERTAIN then, as one may have
 * been on its way. While it lasts the session does nothing else. Confined to its worker.
 */
final class Blocking implements LeaseUser, Leases.Borrower, Block {
    private static final long FIRST_PAUSE_MILLIS = 10;
    private static final long LONGEST_PAUSE_MILLIS = 160;
    /** Of the questions that go before the command, in bytes. */
    private static final int LARGEST_ANSWER = 1 << 20;
    /** Redirects followed without a pause. */
    private static final int DETOURS = 16;
    /** Who has blocked for so long has got over what was wrong before. */
    private static final long SETTLED_NANOS = TimeUnit.SECONDS.toNanos(1);

    /**
     * A client that sends nothing more may still read: what a server has for it right away it gets. Its connection is closed
     * when that would be here.
     */
    private static final long ANSWERED_AT_ONCE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** Where it stands. */
    private sealed interface Stage {
        /** Nothing is under way but what is being done right now. */
        record Seeking() implements Stage {}

        record Pausing(ScheduledFuture<?> timer) implements Stage {}

        record Asking(Leases.Wish wish, @Nullable ScheduledFuture<?> timer) implements Stage {}

        record Blocked(UpstreamChannel lease, long since) implements Stage {}

        record Over() implements Stage {}

        Seeking SEEKING = new Seeking();
        Over OVER = new Over();
    }

    private final Session session;
    private final SessionRoom room;
    private final CommandSpec spec;
    private final int slot;
    private final Pending whole;
    private final TimedCommand command;
    private Stage stage = Stage.SEEKING;
    /** The node that the slot is on its way to, if the next attempt goes there. */
    private @Nullable UpstreamChannel importer;
    private int detours;
    private int pauses;
    private long troubleSince;

    /** @param whole what the session's queue has for it; takes over {@code command} */
    Blocking(Session session, SessionRoom room, CommandSpec spec, int slot, Pending whole, TimedCommand command) {
        this.session = session;
        this.room = room;
        this.spec = spec;
        this.slot = slot;
        this.whole = whole;
        this.command = command;
    }

    /** Looks for a lease to where the command belongs now. */
    void seek() {
        stage = Stage.SEEKING;
        if (command.timeIsOver()) {
            answerTimeout();
            return;
        }
        UpstreamChannel node = importer != null
                ? importer
                : room.upstreams().forSlot(whole.protocol(), slot);
        if (node == null || !node.ready()) {
            if (node != null) {
                node.connect();
            }
            pause();
            return;
        }
        Leases.Wish wish = room.leases().acquire(node.key().node(), whole.protocol(), this);
        if (stage instanceof Stage.Seeking) {
            ScheduledFuture<?> timer = command.forEver()
                    ? null
                    : room.worker().loop().schedule(this::waitedInVain, command.left(), TimeUnit.NANOSECONDS);
            stage = new Stage.Asking(wish, timer);
        }
    }

    private void waitedInVain() {
        if (stage instanceof Stage.Asking asking) {
            asking.wish().cancel();
            answerTimeout();
        }
    }

    @Override
    public void granted(UpstreamChannel lease) {
        stopTimer();
        stage = new Stage.Blocked(lease, System.nanoTime());
        if (command.timeIsOver()) {
            answerTimeout();
            return;
        }
        if (importer != null) {
            lease.sendAsking();
            importer = null;
        } else if (!command.ends().known()) {
            askForEnds(lease);
        }
        lease.sendPart(command.toSend(room.worker().allocator()));
        command.sent();
        lease.expectReply(room.pendings().take(this, spec, whole.protocol(), slot));
        if (session.inputHasEnded()) {
            leaveSoon();
        }
    }

    private void askForEnds(UpstreamChannel lease) {
        ByteBuf questions = room.worker().allocator().directBuffer();
        command.ends().ask(questions);
        lease.sendPart(questions);
        for (int i = 1; i <= command.ends().count(); i++) {
            Pending question = room.pendings().take(this, spec, whole.protocol(), slot);
            question.part(i);
            lease.expectReply(question);
        }
    }

    @Override
    public void refused(Leases.Refused reason) {
        stopTimer();
        stage = Stage.SEEKING;
        switch (reason) {
            case UNREACHABLE -> pause();
            case TOO_MANY -> answerError(Leases.TOO_MANY);
        }
    }

    private void stopTimer() {
        if (stage instanceof Stage.Asking asking && asking.timer() != null) {
            asking.timer().cancel(false);
        }
    }

    /** Tries again a little later, unless that went on for too long. */
    private void pause() {
        importer = null;
        long now = System.nanoTime();
        if (troubleSince == 0) {
            troubleSince = now == 0 ? 1 : now;
        } else if (!room.dispatcher().isPatient(troubleSince)) {
            answerError("CLUSTERDOWN no owner of slot " + slot + " could be reached");
            return;
        }
        long millis = Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << Math.min(pauses++, 8));
        long nanos = TimeUnit.MILLISECONDS.toNanos(millis);
        stage = new Stage.Pausing(room.worker().loop().schedule(this::seek,
                command.forEver() ? nanos : Math.min(nanos, Math.max(0, command.left())), TimeUnit.NANOSECONDS));
    }

    @Override
    public void onReply(Pending pending, ByteBuf buffer, int start, int end) {
        int question = pending.part();
        PendingPool.recycle(pending);
        if (!(stage instanceof Stage.Blocked blocked)) {
            return;
        }
        if (question > 0) {
            command.ends().learn(question - 1, buffer, start, end);
            return;
        }
        if (buffer.getByte(start) == '-'
                && goesOn(blocked, room.redirects().learn(blocked.lease(), buffer, start, end))) {
            return;
        }
        end();
        whole.requester().onReply(whole, buffer, start, end);
    }

    /** Whether the command did not run, and is tried again. */
    private boolean goesOn(Stage.Blocked blocked, ErrorReply error) {
        forgetOldTrouble(blocked);
        switch (error) {
            case ErrorReply.Answer() -> {
                return false;
            }
            case ErrorReply.NoScript() -> {
                return false;
            }
            case ErrorReply.Moved moved -> {
                giveBack(blocked.lease());
                again();
            }
            case ErrorReply.Ask ask -> {
                giveBack(blocked.lease());
                importer = room.upstreams().to(ask.importer(), whole.protocol());
                again();
            }
            case ErrorReply.TryAgain() -> {
                giveBack(blocked.lease());
                pause();
            }
            case ErrorReply.NotNow() -> {
                // A node that was demoted closes the connections that it unblocks.
                stage = Stage.SEEKING;
                room.leases().discard(blocked.lease());
                pause();
            }
        }
        return true;
    }

    private void again() {
        if (++detours > DETOURS) {
            pause();
        } else {
            seek();
        }
    }

    private void forgetOldTrouble(Stage.Blocked blocked) {
        if (System.nanoTime() - blocked.since() > SETTLED_NANOS) {
            detours = 0;
            pauses = 0;
            troubleSince = 0;
        }
    }

    @Override
    public void onLeaseLost(Pending pending, boolean sent) {
        PendingPool.recycle(pending);
        if (!(stage instanceof Stage.Blocked blocked)) {
            return;
        }
        if (!sent || !spec.write()) {
            forgetOldTrouble(blocked);
            stage = Stage.SEEKING;
            pause();
        } else {
            room.worker().counters().uncertain++;
            answerError("UNCERTAIN the connection to " + blocked.lease().key().node()
                    + " was lost while the command blocked: an element may have been taken, it was not repeated");
        }
    }

    @Override
    public void abort() {
        Stage before = stage;
        stopTimer();
        over();
        switch (before) {
            case Stage.Blocked blocked -> room.leases().discard(blocked.lease());
            case Stage.Asking asking -> asking.wish().cancel();
            case Stage.Pausing pausing -> pausing.timer().cancel(false);
            case Stage.Seeking() -> {
            }
            case Stage.Over() -> {
            }
        }
    }

    @Override
    public boolean inputEnded() {
        command.hurry();
        if (stage instanceof Stage.Blocked) {
            return leaveSoon();
        }
        if (stage instanceof Stage.Asking asking && asking.timer() == null) {
            stage = new Stage.Asking(asking.wish(),
                    room.worker().loop().schedule(this::waitedInVain, command.left(), TimeUnit.NANOSECONDS));
        }
        return false;
    }

    /** Closes the client's connection in a moment; true: the moment is over. */
    private boolean leaveSoon() {
        if (!(stage instanceof Stage.Blocked blocked)) {
            return false;
        }
        long early = ANSWERED_AT_ONCE_NANOS - (System.nanoTime() - blocked.since());
        if (early > 0) {
            room.worker().loop().schedule(() -> {
                if (stage == blocked) {
                    session.close();
                }
            }, early, TimeUnit.NANOSECONDS);
        }
        return early <= 0;
    }

    @Override
    public void unblock(boolean error) {
        abort();
        reply(error ? UNBLOCKED : null);
    }

    private void answerTimeout() {
        end();
        reply(null);
    }

    private void answerError(String error) {
        end();
        reply(error);
    }

    /** Answers an error, or if it is null that the time is over. */
    private void reply(@Nullable String error) {
        ByteBuf reply = room.worker().scratch();
        if (error != null) {
            ReplyWriter.error(reply, error);
        } else {
            ReplyWriter.nilArray(reply, whole.protocol());
        }
        whole.requester().onReply(whole, reply, 0, reply.writerIndex());
    }

    /** Nothing is left on the lease if there is one. */
    private void end() {
        if (stage instanceof Stage.Blocked blocked) {
            giveBack(blocked.lease());
        }
        over();
    }

    private void giveBack(UpstreamChannel lease) {
        stage = Stage.SEEKING;
        lease.reading(true);
        room.leases().release(lease);
    }

    private void over() {
        if (!(stage instanceof Stage.Over)) {
            stage = Stage.OVER;
            session.blocks(null);
            command.release();
        }
    }

    // ---- a large reply goes on to the client as it comes

    @Override
    public LargeReply onLargeReply(Pending pending, UpstreamChannel from, long size) {
        if (pending.part() > 0) {
            // Entries of the stream come along, and may be of any size: what is asked for came first.
            return size < LARGEST_ANSWER ? LargeReply.GATHER : LargeReply.IN_PARTS;
        }
        return whole.requester().onLargeReply(whole, from, size);
    }

    @Override
    public void onReplyPart(Pending pending, ByteBuf buffer, int start, int end, boolean last) {
        if (pending.part() > 0) {
            if (last) {
                PendingPool.recycle(pending);
            }
            return;
        }
        if (last) {
            PendingPool.recycle(pending);
            end();
        }
        whole.requester().onReplyPart(whole, buffer, start, end, last);
    }

    @Override
    public void onReplyCut(Pending pending) {
        if (pending.part() > 0) {
            onLeaseLost(pending, true);
            return;
        }
        PendingPool.recycle(pending);
        over();
        whole.requester().onReplyCut(whole);
    }

    @Override
    public void askElsewhere(Pending pending) {
        throw new IllegalStateException("never asked for");
    }

    @Override
    public void onDetour(Pending pending) {}

    @Override
    public boolean onPartlyMoved(Pending pending) {
        return false;
    }
}
