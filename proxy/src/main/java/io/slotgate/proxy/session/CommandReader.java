package io.slotgate.proxy.session;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.slotgate.proxy.resp.RequestFrame;
import io.slotgate.proxy.resp.RequestScanner;
import io.slotgate.proxy.worker.InboundBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Cuts what a client sends into commands and has each dispatched, as long as its session may go on; what is left waits, and
 * nothing more is read from the socket meanwhile.
 */
final class CommandReader {
    /** A command that has begun and has this many arguments is not scanned from its start again. */
    private static final int LONG_COMMAND = 64;

    /** While a client blocks, its socket is read until so many bytes wait: else nobody would notice that it left. */
    private static final int LISTENING = 16 * 1024;

    private final Session session;
    private final SessionIntake intake;
    private final SessionRoom room;
    private final InboundBuffer inbound;
    private @Nullable Channel channel;
    private boolean consuming;
    private boolean paused;
    /** The client sends nothing more. */
    private boolean inputEnded;
    /** A command that has partly arrived and was scanned as far as it goes. */
    private @Nullable RequestFrame begun;
    /** Bytes that must be there before another look at the command that has partly arrived is of use. */
    private int needed;
    private long halfReceived;

    CommandReader(Session session, SessionIntake intake, SessionRoom room) {
        this.session = session;
        this.intake = intake;
        this.room = room;
        this.inbound = new InboundBuffer(room.worker());
    }

    void attach(Channel channel) {
        this.channel = channel;
        channel.config().setRecvByteBufAllocator(inbound.receiveBuffers());
    }

    /** Takes what was read, and the reference to it. */
    void read(ByteBuf read) {
        consume(inbound.accept(read));
    }

    /** Goes on with what was left. */
    void resume() {
        if (consuming) {
            return;
        }
        ByteBuf kept = inbound.take();
        if (kept != null) {
            consume(kept);
        } else if (inputEnded) {
            intake.inputUsedUp();
        } else if (intake.mayRead()) {
            pause(false);
        } else {
            intake.stopped();
        }
    }

    /** The client sends nothing more: what it has sent is still handled, as its session may go on. */
    void inputEnded() {
        inputEnded = true;
        resume();
    }

    /** Whether the client sends nothing more. */
    boolean inputHasEnded() {
        return inputEnded;
    }

    /** Whether bytes of a command are here that has not arrived whole, or could not be looked at yet. */
    boolean halfRead() {
        return needed > 0 || begun != null || paused;
    }

    /** Whether the socket is not read. */
    boolean paused() {
        return paused;
    }

    private void consume(ByteBuf buffer) {
        consuming = true;
        boolean handled = false;
        int at = buffer.readerIndex();
        int to = buffer.writerIndex();
        boolean incomplete = to - at < needed;
        if (!incomplete) {
            needed = 0;
        }
        try {
            while (at < to && !incomplete && intake.mayRead()) {
                int end = intake.state() instanceof Intake.Streaming streaming
                        ? streaming.upload().take(buffer, at, to)
                        : nextCommand(buffer, at, to);
                incomplete = end <= at && intake.mayRead();
                at = Math.max(at, end);
            }
            handled = true;
        } finally {
            consuming = false;
            if (!handled) {
                buffer.release();
            }
        }
        keep(buffer, at, to, incomplete);
    }

    /** Handles one command and returns where it ended; -1 if it has not arrived whole. */
    private int nextCommand(ByteBuf buffer, int at, int to) {
        RequestScanner scanner = room.scanner();
        scanner.limits(session.requestLimits());
        RequestFrame frame = begun;
        if (frame != null) {
            frame.moveTo(buffer, at);
        } else {
            frame = room.frame();
        }
        RequestScanner.Status status = scanner.scan(buffer, at, to, frame);
        return switch (status) {
            case COMPLETE -> {
                int end = scanner.position();
                begun = null;
                boolean sent = session.plane().dispatcher().dispatch(session, frame);
                frame.trim();
                yield sent ? end : -1;
            }
            case INLINE -> {
                int end = scanner.position();
                boolean sent = session.plane().dispatcher().dispatch(session, frame);
                frame.buffer().release();
                yield sent ? end : -1;
            }
            case EMPTY -> scanner.position();
            case INCOMPLETE -> incomplete(scanner, frame, at);
            case ERROR -> {
                session.protocolError(scanner.error());
                yield to;
            }
        };
    }

    private int incomplete(RequestScanner scanner, RequestFrame frame, int at) {
        needed = scanner.needed() - at;
        if (needed > room.limits().configured().streamBytes() && scanner.openBulk() > 0
                && intake.streams(frame)) {
            needed = 0;
            begun = null;
        } else if (begun == null && frame.argc() >= LONG_COMMAND) {
            begun = room.giveFrameAway();
        }
        return -1;
    }

    private void keep(ByteBuf buffer, int at, int to, boolean incomplete) {
        if (!intake.takesCommands()) {
            buffer.release();
            countHalfReceived(0);
            return;
        }
        if (at == to) {
            buffer.release();
            countHalfReceived(0);
        } else {
            int wanted = incomplete ? Math.min(needed, room.limits().configured().streamBytes() * 4) : 0;
            ByteBuf kept = inbound.keepFrom(buffer, at, wanted);
            // Of what is passed on as it comes, a few bytes at most are cut off.
            boolean half = incomplete && !(intake.state() instanceof Intake.Streaming);
            if (!countHalfReceived(half ? kept.capacity() : 0)) {
                session.protocolError("Slotgate: too many bytes of commands that have not arrived whole"
                        + " (limits.request-bytes-per-worker)");
                return;
            }
        }
        boolean stop = !intake.mayRead();
        if (stop) {
            intake.stopped();
        }
        if (inputEnded && (at == to || incomplete)) {
            intake.inputUsedUp();
        } else {
            pause(stop && !(intake.blocked() && to - at <= LISTENING));
        }
    }

    private boolean countHalfReceived(long bytes) {
        long change = bytes - halfReceived;
        halfReceived = bytes;
        return room.halfReceived(change) || change <= 0;
    }

    private void pause(boolean pause) {
        if (paused != pause && channel != null) {
            paused = pause;
            channel.config().setAutoRead(!pause);
        }
    }

    /** Forgets what was left. */
    void close() {
        countHalfReceived(0);
        inbound.close();
    }
}
