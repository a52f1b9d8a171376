package io.slotgate.proxy.session;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.slotgate.proxy.facade.ClientState;
import io.slotgate.proxy.resp.RequestFrame;
import org.jspecify.annotations.Nullable;

/**
 * What comes in from one client, and whether more may: holds the session's {@link Intake} state, and has bytes read as far as
 * that, what is under way, and what has yet to go out allow. How commands are answered is nothing to it. Asks its session
 * to be called when the turn ends, and to be closed if a command is cut off. Confined to its worker's event loop.
 */
final class SessionIntake {
    private final Session session;
    private final SessionRoom room;
    private final ClientState client;
    private final SessionPlane plane;
    private final PendingQueue underWay;
    private final SessionOutput output;
    private final CommandReader reader;
    private final int pendingLimit;

    private Intake state = Intake.OPEN;
    private boolean resuming;
    /** The command that the client waits for on a connection of its own. */
    private @Nullable Block block;

    /**
     * @param plane goes on with the next one when everything under way is answered
     * @param underWay the session's commands that are not answered yet
     */
    SessionIntake(Session session, SessionRoom room, ClientState client, SessionPlane plane, PendingQueue underWay,
            SessionOutput output) {
        this.session = session;
        this.room = room;
        this.client = client;
        this.plane = plane;
        this.underWay = underWay;
        this.output = output;
        this.reader = new CommandReader(session, this, room);
        this.pendingLimit = room.limits().configured().pendingPerSession();
    }

    void attach(Channel channel) {
        reader.attach(channel);
    }

    Intake state() {
        return state;
    }

    // ---- bytes come in

    /** Takes what was read, and the reference to it. Only while it {@link #takesCommands}. */
    void read(ByteBuf read) {
        reader.read(read);
    }

    /** Whether commands are, or will again be, read. */
    boolean takesCommands() {
        return !session.closed() && state != Intake.ENDED;
    }

    /** Whether the next bytes may be looked at now. */
    boolean mayRead() {
        if (state == Intake.OPEN) {
            return !session.closed() && underWay.size() < pendingLimit && !room.keepsTooMuch() && !output.full()
                    && underWay.stashed() <= room.limits().configured().outputPauseBytes();
        }
        return state instanceof Intake.Streaming streaming && streaming.upload().wantsBytes();
    }

    /** Commands wait because {@link #mayRead} said no: sees to it that somebody will call {@link #resume}. */
    void stopped() {
        if (state == Intake.OPEN && room.keepsTooMuch()) {
            room.waitForMemory(session);
        } else if (state == Intake.DRAINING && underWay.isEmpty()) {
            resumeLater();
        }
    }

    /** Goes on with the bytes that were left; any time the reason for the pause may have gone. */
    void resume() {
        if (session.closed()) {
            return;
        }
        if (state instanceof Intake.Draining draining && underWay.isEmpty()) {
            state = draining.drained();
            plane.advance();
        }
        reader.resume();
    }

    /** Has {@link #resume} called when the turn ends. */
    void resumeLater() {
        resuming = true;
        session.flushWithTurn();
    }

    /** The turn is over. */
    void turnEnded() {
        if (resuming) {
            resuming = false;
            resume();
        }
    }

    /** The client has read what kept it from sending. */
    void outputCaughtUp() {
        if (reader.paused()) {
            resumeLater();
        }
    }

    /** An answer has gone out: others may have waited for that. */
    void answered() {
        if (state == Intake.ENDED) {
            // Nothing may have gone out, if the answer was not wanted, and the connection is to be closed all the same.
            session.flushWithTurn();
            return;
        }
        boolean waits = state == Intake.DRAINING
                ? underWay.isEmpty()
                : reader.paused() && underWay.size() <= pendingLimit / 2;
        if (waits) {
            resumeLater();
        }
    }

    // ---- what makes the next command wait

    /** What comes next waits until everything under way is answered. */
    void drainFirst() {
        if (state == Intake.OPEN) {
            state = Intake.DRAINING;
        }
    }

    /** Whether nothing is under way; if something is, what comes next waits for it. */
    boolean alone() {
        if (underWay.isEmpty()) {
            return true;
        }
        state = Intake.DRAINING;
        return false;
    }

    /** The next command waits until CLIENT PAUSE is over. */
    void hold() {
        state = Intake.HELD;
        room.worker().counters().held++;
        room.pause().hold(session);
    }

    /** Goes on with what CLIENT PAUSE held back. */
    void released() {
        if (!session.closed() && state instanceof Intake.Held held) {
            state = held.released();
            resumeLater();
        }
    }

    /**
     * A command has begun that is too large to keep.
     *
     * @return true if the session takes care of it; false if it has to arrive whole
     */
    boolean streams(RequestFrame begun) {
        Dispatcher dispatcher = plane.current().dispatcher();
        if (!dispatcher.streams(session, begun)) {
            return false;
        }
        if (room.pause().active()) {
            hold();
            return true;
        }
        state = underWay.isEmpty()
                ? new Intake.Streaming(dispatcher.beginUpload(session, room, begun))
                : Intake.DRAINING;
        return true;
    }

    /** The large command that was streamed is answered. */
    void uploaded() {
        if (state instanceof Intake.Streaming streaming) {
            state = streaming.answered();
            resumeLater();
        }
    }

    /** A command blocks from now on, or, null, no longer. */
    void blocks(@Nullable Block blocking) {
        block = blocking;
        client.blocked(blocking != null);
        if (blocking != null) {
            drainFirst();
        }
    }

    /** Whether the client waits in a blocking command. */
    boolean blocked() {
        return block != null;
    }

    /**
     * Ends the wait of a client that blocks, as CLIENT UNBLOCK does.
     *
     * @param error whether to answer an error instead of what the command answers when its time is over
     * @return whether it did block
     */
    boolean unblock(boolean error) {
        Block blocking = block;
        if (blocking != null) {
            blocking.unblock(error);
        }
        return blocking != null;
    }

    // ---- nothing more comes in

    /** The client sends nothing more. */
    void inputEnded() {
        if (block != null && block.inputEnded()) {
            session.close();
        } else {
            reader.inputEnded();
        }
    }

    /** Whether the client sends nothing more. */
    boolean inputHasEnded() {
        return reader.inputHasEnded();
    }

    /** The client shut its writing side down, and what it had sent was handled as far as it goes. */
    void inputUsedUp() {
        if (!(state instanceof Intake.Streaming streaming)) {
            end();
        } else if (!streaming.upload().arrivedWhole()) {
            session.close();
        }
    }

    /** Whether it is in the middle of nothing: nothing is under way, and no part of a command is here. */
    boolean idle() {
        return state == Intake.OPEN && underWay.isEmpty() && !reader.halfRead() && block == null;
    }

    /** Whether it can {@link #end} without cutting off a command that has begun. */
    boolean mayEnd() {
        return takesCommands() && !(state instanceof Intake.Streaming);
    }

    /** A command that blocks is to come to its end, if it has one: see {@link Block#letGo}. */
    void letGo() {
        if (block != null) {
            block.letGo();
        }
    }

    /** Nothing more is read; the connection closes when everything under way is answered. */
    void end() {
        if (state instanceof Intake.Streaming) {
            // Nobody will answer the command that is cut off.
            session.close();
            return;
        }
        state = Intake.ENDED;
        reader.close();
        session.flushWithTurn();
    }

    /** Whether nothing is read any more, nor anything under way: the connection may close. */
    boolean usedUp() {
        return state == Intake.ENDED && underWay.isEmpty();
    }

    /** The session has ended: gives up the command that was on its way here, or that the client waited for. */
    void abort() {
        if (state instanceof Intake.Streaming streaming) {
            streaming.upload().abort();
        }
        if (block != null) {
            block.abort();
        }
    }

    /** Forgets what was left. */
    void close() {
        reader.close();
    }
}
