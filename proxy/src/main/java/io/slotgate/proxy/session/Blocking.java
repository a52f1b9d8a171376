package io.slotgate.proxy.session;

import io.netty.buffer.ByteBuf;
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
 *                 MOVED, ASK, LOADING, lost unsent, …
 *           ┌────────────────────────────────────────────┐
 *           v                                            │
 *   Searching for a lease ──found──> Blocked ────────────┤
 *       │                                                │
 *       └── time over, client left, unblocked ──> Over <─┴─ reply, and the same
 * </pre>
 *
 * A lease that is lost while a read blocks on it is replaced; what takes elements is answered UNCERTAIN then, as one may have
 * been on its way. While it lasts the session does nothing else. Confined to its worker.
 */
final class Blocking implements LeaseUser, LeaseSearch.Seeker, Block {
    /** Of the questions that go before the command, in bytes. */
    private static final int LARGEST_ANSWER = 1 << 20;
    /** Who has blocked for so long has got over what was wrong before. */
    private static final long SETTLED_NANOS = TimeUnit.SECONDS.toNanos(1);

    /**
     * A client that sends nothing more may still read: what a server has for it right away it gets. Its connection is closed
     * when that would be here.
     */
    private static final long ANSWERED_AT_ONCE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** Where it stands. */
    private sealed interface Stage {
        record Searching() implements Stage {}

        record Blocked(UpstreamChannel lease, long since) implements Stage {}

        record Over() implements Stage {}

        Searching SEARCHING = new Searching();
        Over OVER = new Over();
    }

    private final Session session;
    private final SessionRoom room;
    private final UserPlane plane;
    private final CommandSpec spec;
    private final int slot;
    private final Pending whole;
    private final TimedCommand command;
    private final LeaseSearch search;
    /** Whether the end of the wait is asked for at the node. */
    private @Nullable Unblocking unblocking;
    /** Whether the client's connection ends when it is no longer blocked. */
    private boolean letGo;
    private Stage stage = Stage.SEARCHING;

    /** @param whole what the session's queue has for it; takes over {@code command} */
    Blocking(Session session, SessionRoom room, UserPlane plane, CommandSpec spec, int slot, Pending whole,
            TimedCommand command) {
        this.session = session;
        this.room = room;
        this.plane = plane;
        this.spec = spec;
        this.slot = slot;
        this.whole = whole;
        this.command = command;
        this.search = new LeaseSearch(room, plane, slot, whole.protocol(), command, this);
    }

    /** Looks for a lease to where the command belongs. */
    void begin() {
        search.go();
    }

    @Override
    public void found(UpstreamChannel lease, boolean asking) {
        stage = new Stage.Blocked(lease, System.nanoTime());
        if (command.timeIsOver()) {
            tooLate();
            return;
        }
        if (plane.leases().id(lease) == Leases.NOT_ASKED) {
            LeaseId.ask(room, plane, lease);
        }
        if (asking) {
            lease.sendAsking();
        } else if (!command.ends().known()) {
            askForEnds(lease);
        }
        lease.sendPart(command.toSend(room.worker().allocator()));
        command.sent();
        lease.expectReply(room.pendings().take(this, spec, whole.protocol(), slot));
        if (session.intake().inputHasEnded()) {
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
        if (buffer.getByte(start) == '-') {
            ErrorReply error = plane.redirects().learn(blocked.lease(), buffer, start, end);
            if (isToEnd() && (!(error instanceof ErrorReply.Answer) || Unblocking.ended(buffer, start, end))) {
                endWithout(unblocking != null && unblocking.asError());
                return;
            }
            if (goesOn(blocked, error)) {
                return;
            }
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
                search.goElsewhere();
            }
            case ErrorReply.Ask ask -> {
                giveBack(blocked.lease());
                search.goToImporter(plane.upstreams().to(ask.importer(), whole.protocol()));
            }
            case ErrorReply.TryAgain() -> {
                giveBack(blocked.lease());
                search.goLater();
            }
            case ErrorReply.NotNow() -> {
                // A node that was demoted closes the connections that it unblocks.
                stage = Stage.SEARCHING;
                plane.leases().discard(blocked.lease());
                search.goLater();
            }
        }
        return true;
    }

    private void forgetOldTrouble(Stage.Blocked blocked) {
        if (System.nanoTime() - blocked.since() > SETTLED_NANOS) {
            search.settled();
        }
    }

    @Override
    public void onLeaseLost(Pending pending, boolean sent) {
        PendingPool.recycle(pending);
        if (!(stage instanceof Stage.Blocked blocked)) {
            return;
        }
        if ((!sent || !spec.write()) && isToEnd()) {
            endWithout(unblocking != null && unblocking.asError());
        } else if (!sent || !spec.write()) {
            forgetOldTrouble(blocked);
            stage = Stage.SEARCHING;
            search.goLater();
        } else {
            room.worker().counters().uncertain++;
            gaveUp("UNCERTAIN the connection to " + blocked.lease().key().node()
                    + " was lost while the command blocked: an element may have been taken, it was not repeated");
        }
    }

    @Override
    public void abort() {
        Stage before = stage;
        search.stop();
        over();
        if (before instanceof Stage.Blocked blocked) {
            plane.leases().discard(blocked.lease());
        }
    }

    @Override
    public boolean inputEnded() {
        command.hurry();
        if (stage instanceof Stage.Blocked) {
            return leaveSoon();
        }
        search.hurry();
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

    /** At the node, if it blocks there: an element that was given away before still comes. */
    @Override
    public void unblock(boolean error) {
        if (!(stage instanceof Stage.Blocked blocked) || plane.leases().id(blocked.lease()) == Leases.UNTOLD) {
            endWithout(error);
        } else if (unblocking == null) {
            unblocking = new Unblocking(room, blocked.lease(), plane.leases(), error, () -> endWithout(error));
            unblocking.begin();
        }
    }

    @Override
    public void letGo() {
        letGo = true;
        if (!(stage instanceof Stage.Blocked blocked)) {
            endWithout(false);
        } else if (unblocking == null && plane.leases().id(blocked.lease()) != Leases.UNTOLD) {
            // Not by what it would answer when its time is over, which it may do by itself.
            unblocking = new Unblocking(room, blocked.lease(), plane.leases(), true, () -> {});
            unblocking.begin();
        }
    }

    /** Whether it must not block again. */
    private boolean isToEnd() {
        return letGo || unblocking != null;
    }

    /** The node has given, and gives, nothing away for it. */
    private void endWithout(boolean error) {
        abort();
        if (letGo) {
            session.close();
        } else {
            reply(error ? UNBLOCKED : null);
        }
    }

    @Override
    public void tooLate() {
        end();
        reply(null);
    }

    @Override
    public void gaveUp(String error) {
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
        stage = Stage.SEARCHING;
        lease.reading(true);
        if (unblocking == null) {
            plane.leases().release(lease);
        } else {
            // What is under way might end the wait of whoever is next.
            plane.leases().discard(lease);
        }
    }

    private void over() {
        if (!(stage instanceof Stage.Over)) {
            stage = Stage.OVER;
            if (unblocking != null) {
                unblocking.stop();
            }
            session.intake().blocks(null);
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
}
