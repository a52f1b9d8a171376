package io.slotgate.proxy.session;

import io.netty.buffer.ByteBuf;
import io.slotgate.proxy.command.CommandSpec;
import io.slotgate.proxy.resp.ReplyWriter;
import io.slotgate.proxy.resp.RequestFollower;
import io.slotgate.proxy.upstream.Pending;
import io.slotgate.proxy.upstream.PendingPool;
import io.slotgate.proxy.upstream.Requester;
import io.slotgate.proxy.upstream.UpstreamChannel;
import io.slotgate.topology.model.HostPort;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A command too large to keep, passed on while it arrives. Since it can't be sent twice, a small question about its key goes
 * first and finds out, redirects and all, which node has the slot:
 *
 * <pre>
 *   asking ── EXISTS key answered ──> waiting for a lane ──> passing on ──> all sent ── reply ──> done
 *      │                                   │                     │
 *      └───────────────────────────────────┴── no node, lane lost, error reply early ──> dropping the rest ──> done
 * </pre>
 *
 * While it lasts the session does nothing else. Confined to its worker.
 */
final class Upload implements Requester {
    /** Errors that say, and prove, that the command was not executed: a client must not see them as they are. */
    private static final Set<String> NOT_DONE = Set.of("MOVED", "ASK", "TRYAGAIN", "CLUSTERDOWN", "LOADING",
            "MASTERDOWN",
            "READONLY");

    private enum Stage {
        ASKING, WAITING, PASSING, ALL_SENT, DROPPING, DONE
    }

    private final Session session;
    private final SessionRoom room;
    private final CommandSpec spec;
    private final int slot;
    private final Pending whole;
    private final RequestFollower follower;
    private Stage stage = Stage.ASKING;
    private final long began = System.nanoTime();
    private boolean frameEnded;
    private @Nullable HostPort importer;
    private @Nullable UpstreamChannel lane;
    /** The small question, to be asked again if its answer turns out to be of no use. */
    private @Nullable ByteBuf question;
    private @Nullable ByteBuf outcome;

    Upload(Session session, SessionRoom room, CommandSpec spec, int slot, Pending whole) {
        this.session = session;
        this.room = room;
        this.spec = spec;
        this.slot = slot;
        this.whole = whole;
        this.follower = new RequestFollower(session.requestLimits());
    }

    /** Asks for the slot's owner: {@code key} is {@code length} bytes of {@code buffer} from {@code offset} on. */
    void begin(ByteBuf buffer, int offset, int length) {
        room.worker().counters().uploads++;
        ByteBuf composed = room.worker().allocator().directBuffer(length + 48);
        ReplyWriter.array(composed, 2);
        ReplyWriter.bulk(composed, "EXISTS");
        ReplyWriter.bulk(composed, buffer, offset, length);
        question = composed;
        ask(composed);
    }

    private void ask(ByteBuf composed) {
        stage = Stage.ASKING;
        Pending asked = room.pendings().take(this, session.plane().dispatcher().existsSpec(), session.protocol(), slot);
        session.plane().dispatcher().send(asked, composed, 0, composed.readableBytes());
    }

    private void forgetQuestion() {
        if (question != null) {
            question.release();
            question = null;
        }
    }

    /** Whether bytes of the command are wanted now. */
    boolean wantsBytes() {
        return switch (stage) {
            case ASKING, WAITING, ALL_SENT, DONE -> false;
            case PASSING -> lane != null && lane.writable();
            case DROPPING -> true;
        };
    }

    /** Whether the last byte of the command is here. */
    boolean arrivedWhole() {
        return frameEnded;
    }

    /** Passes on, or drops, what belongs to the command; returns the index up to which it took the bytes. */
    int take(ByteBuf buffer, int from, int to) {
        int end = follower.scan(buffer, from, to);
        if (end == RequestFollower.MALFORMED) {
            frameEnded = true;
            cutLane("a client sent no argument where one was announced");
            fail("ERR " + follower.error());
            session.intake().end();
            return to;
        }
        if (stage == Stage.PASSING && lane != null && end > from) {
            lane.sendPart(buffer.retainedSlice(from, end - from));
        }
        if (follower.complete()) {
            frameEnded = true;
            if (stage == Stage.PASSING) {
                stage = Stage.ALL_SENT;
            } else {
                finish();
            }
        }
        return end;
    }

    private void startPassing(@Nullable UpstreamChannel acquired) {
        if (stage == Stage.DONE) {
            if (acquired != null) {
                session.plane().bulkLanes().release(acquired);
            }
            return;
        }
        if (acquired == null && question != null && session.plane().dispatcher().isPatient(began)) {
            // The node was there to answer and is gone now: who has the slot must be found out anew.
            ask(question);
            return;
        }
        if (acquired == null) {
            fail("CLUSTERDOWN the owner of slot " + slot + " could not be reached: the command was not executed");
            return;
        }
        forgetQuestion();
        lane = acquired;
        stage = Stage.PASSING;
        acquired.onWritable(session.intake()::resumeLater);
        if (importer != null) {
            acquired.sendAsking();
        }
        acquired.expectReply(room.pendings().take(this, spec, session.protocol(), slot));
        session.intake().resumeLater();
    }

    @Override
    public void onReply(Pending pending, ByteBuf buffer, int start, int end) {
        PendingPool.recycle(pending);
        switch (stage) {
            case ASKING -> onOwnerFound(buffer, start, end);
            case PASSING, ALL_SENT -> onAnswer(buffer, start, end);
            case WAITING, DROPPING, DONE -> {
            }
        }
    }

    private void onOwnerFound(ByteBuf buffer, int start, int end) {
        UpstreamChannel owner = session.plane().upstreams().forSlot(session.protocol(), slot);
        HostPort node = importer != null ? importer : owner == null ? null : owner.key().node();
        if (node == null || buffer.getByte(start) == '-') {
            drop(buffer, start, end);
            return;
        }
        stage = Stage.WAITING;
        session.plane().bulkLanes().acquire(node, session.protocol(), this::startPassing);
    }

    private void onAnswer(ByteBuf buffer, int start, int end) {
        String error = buffer.getByte(start) == '-' ? firstWord(buffer, start, end) : "";
        boolean sentWhole = stage == Stage.ALL_SENT;
        if (!sentWhole) {
            cutLane("a command was answered before it was sent whole");
        } else if (lane != null) {
            session.plane().bulkLanes().release(lane);
            lane = null;
        }
        if (NOT_DONE.contains(error)) {
            fail("TRYAGAIN the node of slot " + slot + " answered " + error + " when the value was streamed:"
                    + " it was not applied, send it again");
        } else if (!sentWhole && error.equals("UNCERTAIN")) {
            fail("TRYAGAIN the connection to the node was lost while the value was streamed: it was not applied,"
                    + " send it again");
        } else {
            drop(buffer, start, end);
        }
    }

    /** Whether a reply is an error that says, and proves, that the command was not executed where it was sent. */
    static boolean notDone(ByteBuf buffer, int start, int end) {
        return buffer.getByte(start) == '-' && NOT_DONE.contains(firstWord(buffer, start, end));
    }

    private static String firstWord(ByteBuf buffer, int start, int end) {
        int space = buffer.indexOf(start, Math.min(end, start + 16), (byte) ' ');
        return space < 0 ? "" : buffer.toString(start + 1, space - start - 1, StandardCharsets.US_ASCII);
    }

    private void fail(String error) {
        ByteBuf reply = room.worker().scratch();
        ReplyWriter.error(reply, error);
        drop(reply, 0, reply.writerIndex());
    }

    /** The answer is known; what is left of the command has to pass before it can be given. */
    private void drop(ByteBuf reply, int start, int end) {
        forgetQuestion();
        if (outcome != null) {
            outcome.release();
        }
        outcome = room.worker().allocator().directBuffer(end - start).writeBytes(reply, start, end - start);
        stage = Stage.DROPPING;
        if (frameEnded) {
            finish();
        } else {
            session.intake().resumeLater();
        }
    }

    private void finish() {
        ByteBuf reply = outcome;
        if (reply == null || stage == Stage.DONE) {
            return;
        }
        stage = Stage.DONE;
        outcome = null;
        whole.requester().onReply(whole, reply, 0, reply.readableBytes());
        reply.release();
        session.intake().uploaded();
    }

    /** Half a command stands on the lane: nothing else can be sent there. */
    private void cutLane(String reason) {
        UpstreamChannel used = lane;
        if (used != null) {
            lane = null;
            stage = Stage.DROPPING;
            used.cut(new IOException(reason));
            session.plane().bulkLanes().release(used);
        }
    }

    /** The client left. */
    void abort() {
        cutLane("a client left within a command");
        forgetQuestion();
        stage = Stage.DONE;
        if (outcome != null) {
            outcome.release();
            outcome = null;
        }
    }

    @Override
    public void onDetour(Pending pending) {
        UpstreamChannel aimedAt = pending.pinned();
        importer = pending.asking() && aimedAt != null ? aimedAt.key().node() : null;
    }
}
