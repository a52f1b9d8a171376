package io.slotgate.proxy.session;

import io.netty.buffer.ByteBuf;
import io.slotgate.proxy.command.CommandSpec;
import io.slotgate.proxy.facade.ClientState;
import io.slotgate.proxy.resp.ReplyWriter;
import io.slotgate.proxy.resp.RequestFrame;
import io.slotgate.proxy.upstream.ChannelKey;
import io.slotgate.proxy.upstream.LeaseUser;
import io.slotgate.proxy.upstream.Leases;
import io.slotgate.proxy.upstream.Pending;
import io.slotgate.proxy.upstream.PendingPool;
import io.slotgate.proxy.upstream.UpstreamChannel;
import io.slotgate.topology.model.HostPort;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The keys that a session watches, and the leased connection that watches them:
 *
 * <pre>
 *   WATCH ──> Acquiring ── lease ──> Watching ── +OK ──> Guarding ── EXEC, DISCARD, UNWATCH, RESET, client gone ──> Over
 *                ^                       │                  │
 *                │   redirected, node gone: a question      └─ lease lost, slot moved: EXEC is answered as a conflict
 *                └── about the key finds its owner
 * </pre>
 *
 * While a WATCH is not answered the session does nothing else; after it, its commands go their usual way and EXEC comes back
 * here. Confined to its worker.
 *
 * @see <a href="https://valkey.io/topics/transactions/#optimistic-locking-using-check-and-set">Optimistic locking</a>
 */
final class Watch implements LeaseUser, Leases.Borrower {
    private static final long RETRY_MILLIS = 10;

    private sealed interface State {
        /** Finds the owner of the slot, or waits for a lease to it. */
        record Acquiring(Pending whole, Leases.@Nullable Wish wish) implements State {}

        /** WATCH is on its way. */
        record Watching(Pending whole, UpstreamChannel lease) implements State {}

        /** All WATCHes are answered. The lease may be lost, which only the next command needs to know. */
        record Guarding(UpstreamChannel lease) implements State {}

        /** Nothing is watched. */
        record Over() implements State {}
    }

    private static final State OVER = new State.Over();

    private final Session session;
    private final SessionRoom room;
    private final UserPlane plane;
    private final CommandSpec spec;
    private final int slot;
    private final long began = System.nanoTime();
    private State state = OVER;
    /** Whether a WATCH was answered: from then on another connection can not take over. */
    private boolean guarded;
    /** Where the slot is on its way to, if the keys were found there. */
    private @Nullable HostPort importer;

    Watch(Session session, SessionRoom room, UserPlane plane, CommandSpec spec, int slot) {
        this.session = session;
        this.room = room;
        this.plane = plane;
        this.spec = spec;
        this.slot = slot;
    }

    /** The slot of all keys watched. */
    int slot() {
        return slot;
    }

    /** Watches the keys of {@code frame} too, a WATCH whose answer is the session's only one under way. */
    void more(RequestFrame frame) {
        ClientState client = session.client();
        client.transaction(client.queued(), client.watched() + frame.argc() - 1);
        Pending whole = room.pendings().take(session.answers(), spec, session.protocol(), slot);
        session.answers().enqueue(whole);
        whole.stashRequest(room.worker(), frame.buffer(), frame.start(), frame.size());
        if (!(state instanceof State.Guarding guarding)) {
            acquire(whole);
        } else if (guarding.lease().ready() && plane == session.plane()) {
            send(whole, guarding.lease());
        } else {
            // What was watched before is lost: EXEC will say so.
            answerOk(whole);
        }
    }

    private void acquire(Pending whole) {
        HostPort node = importer;
        UpstreamChannel owner = plane.upstreams().forSlot(whole.protocol(), slot);
        if (node == null && owner != null) {
            node = owner.key().node();
        }
        if (node == null) {
            ask(whole);
            return;
        }
        state = new State.Acquiring(whole, null);
        Leases.Wish wish = plane.leases().acquire(node, whole.protocol(), this);
        if (state instanceof State.Acquiring acquiring && acquiring.whole() == whole) {
            state = new State.Acquiring(whole, wish);
        }
    }

    @Override
    public void granted(UpstreamChannel lease) {
        if (state instanceof State.Acquiring acquiring) {
            send(acquiring.whole(), lease);
        } else {
            plane.leases().release(lease);
        }
    }

    @Override
    public void refused(Leases.Refused reason) {
        if (!(state instanceof State.Acquiring acquiring)) {
            return;
        }
        if (reason == Leases.Refused.TOO_MANY) {
            fail(acquiring.whole(), Leases.TOO_MANY);
        } else {
            askLater(acquiring.whole());
        }
    }

    private void send(Pending whole, UpstreamChannel lease) {
        state = new State.Watching(whole, lease);
        askIfImported(lease);
        Pending pending = room.pendings().take(this, spec, whole.protocol(), slot);
        lease.send(pending, whole.request().buffer(), whole.request().offset(), whole.request().length());
    }

    /** Lets the next command pass at a node that the slot is only on its way to. */
    void askIfImported(UpstreamChannel lease) {
        if (lease.key().node().equals(importer)) {
            lease.sendAsking();
        }
    }

    @Override
    public void onReply(Pending pending, ByteBuf buffer, int start, int end) {
        PendingPool.recycle(pending);
        switch (state) {
            case State.Watching watching -> onWatched(watching, buffer, start, end);
            case State.Acquiring acquiring -> onOwnerFound(acquiring.whole(), buffer, start, end);
            case State.Guarding guarding -> throw illegalState("a reply");
            case State.Over() -> {
            }
        }
    }

    private void onWatched(State.Watching watching, ByteBuf buffer, int start, int end) {
        UpstreamChannel lease = watching.lease();
        if (Upload.notDone(buffer, start, end)) {
            // Watched or not before: what there was is lost with the connection, and a new one has to begin anew.
            plane.leases().discard(lease);
            if (guarded) {
                state = new State.Guarding(lease);
                answerOk(watching.whole());
            } else {
                askLater(watching.whole());
            }
            return;
        }
        guarded |= buffer.getByte(start) != '-';
        if (guarded) {
            state = new State.Guarding(lease);
        } else {
            // Refused, as by an ACL: nothing is watched, and another WATCH may be about another slot.
            over();
            plane.leases().release(lease);
        }
        answer(watching.whole(), buffer, start, end);
    }

    /** Asks about the key by the shared channel, where redirects are followed and a slot without an owner is waited for. */
    private void ask(Pending whole) {
        state = new State.Acquiring(whole, null);
        importer = null;
        RequestFrame frame = room.keptFrame(whole);
        ByteBuf question = room.worker().allocator().directBuffer(frame.length(1) + 48);
        ReplyWriter.array(question, 2);
        ReplyWriter.bulk(question, "EXISTS");
        ReplyWriter.bulk(question, frame.buffer(), frame.offset(1), frame.length(1));
        Pending asked = room.pendings().take(this, plane.dispatcher().existsSpec(), whole.protocol(), slot);
        plane.dispatcher().send(asked, question, 0, question.readableBytes());
        question.release();
    }

    private void askLater(Pending whole) {
        if (!plane.dispatcher().isPatient(began)) {
            fail(whole, "CLUSTERDOWN the owner of slot " + slot + " could not be reached: nothing is watched");
            return;
        }
        State waiting = new State.Acquiring(whole, null);
        state = waiting;
        room.worker().loop().schedule(() -> {
            if (state == waiting) {
                ask(whole);
            }
        }, RETRY_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void onOwnerFound(Pending whole, ByteBuf buffer, int start, int end) {
        if (buffer.getByte(start) == '-') {
            over();
            answer(whole, buffer, start, end);
        } else {
            acquire(whole);
        }
    }

    @Override
    public void onLeaseLost(Pending pending, boolean sent) {
        pending.releaseRequest(room.worker());
        PendingPool.recycle(pending);
        if (!(state instanceof State.Watching watching)) {
            return;
        }
        if (guarded) {
            state = new State.Guarding(watching.lease());
            answerOk(watching.whole());
        } else {
            askLater(watching.whole());
        }
    }

    /** The connection to run the transaction on; null if the keys are no longer watched, or not where they are by now. */
    @Nullable
    UpstreamChannel guarding() {
        if (!(state instanceof State.Guarding guarding) || !guarding.lease().ready()) {
            return null;
        }
        ChannelKey key = guarding.lease().key();
        UpstreamChannel owner = plane.upstreams().forSlot(key.protocol(), slot);
        boolean there = key.node().equals(importer) || (owner != null && key.node().equals(owner.key().node()));
        boolean same = key.protocol() == session.protocol() && plane == session.plane();
        return there && same ? guarding.lease() : null;
    }

    private void fail(Pending whole, String error) {
        over();
        ByteBuf reply = room.worker().scratch();
        ReplyWriter.error(reply, error);
        answer(whole, reply, 0, reply.writerIndex());
    }

    private void over() {
        state = OVER;
        if (session.modes().watch() == this) {
            session.modes().watch(null);
        }
    }

    private void answerOk(Pending whole) {
        ByteBuf reply = room.worker().scratch();
        ReplyWriter.simple(reply, "OK");
        answer(whole, reply, 0, reply.writerIndex());
    }

    private void answer(Pending whole, ByteBuf buffer, int start, int end) {
        whole.releaseRequest(room.worker());
        whole.requester().onReply(whole, buffer, start, end);
    }

    /** Nothing is to be watched any more: gives the lease back when the node has forgotten the keys. */
    void end() {
        State before = state;
        state = OVER;
        switch (before) {
            case State.Acquiring acquiring -> {
                if (acquiring.wish() != null) {
                    acquiring.wish().cancel();
                }
                abandon(acquiring.whole());
            }
            case State.Watching watching -> {
                plane.leases().discard(watching.lease());
                abandon(watching.whole());
            }
            case State.Guarding guarding -> LeaseReturn.unwatch(room, plane, guarding.lease());
            case State.Over() -> {
            }
        }
    }

    /** Only when the client has left, for until then a WATCH under way holds everything else up. */
    private void abandon(Pending whole) {
        answer(whole, room.worker().scratch(), 0, 0);
    }

    @Override
    public void onDetour(Pending pending) {
        UpstreamChannel aimedAt = pending.pinned();
        importer = pending.asking() && aimedAt != null ? aimedAt.key().node() : null;
    }

    private IllegalStateException illegalState(String event) {
        return new IllegalStateException(event + " while " + state);
    }
}
