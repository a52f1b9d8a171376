package io.slotgate.proxy.session;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.slotgate.proxy.clients.Client;
import io.slotgate.proxy.facade.ClientState;
import io.slotgate.proxy.resp.ReplyWriter;
import io.slotgate.proxy.resp.RequestFrame;
import io.slotgate.proxy.resp.RequestLimits;
import io.slotgate.proxy.transaction.TransactionState;
import io.slotgate.proxy.upstream.ChannelKey.Lane;
import io.slotgate.proxy.upstream.UpstreamChannel;
import io.slotgate.proxy.worker.Flushable;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's connection: has its commands sent, and gives the replies back in the order of the commands.
 *
 * <pre>
 *   bytes ──> CommandReader ──> Dispatcher ──> channels to nodes
 *                                  │ queue: p1 p2 p3 …          │
 *   bytes <── ClientOutput <── in order ──────── replies ───────┘
 * </pre>
 *
 * The last handler of its pipeline; confined to its worker's event loop.
 */
public final class Session extends ChannelInboundHandlerAdapter implements Flushable, Client {
    private static final Logger log = LoggerFactory.getLogger(Session.class);

    private final SessionRoom room;
    private final ClientState client;
    private final CommandReader reader;
    private final Answers answers;
    private final int pendingLimit;

    private @Nullable ClientOutput output;
    private Intake intake = Intake.OPEN;
    private TransactionState transaction = TransactionState.IDLE;
    private @Nullable Watch watch;
    /** Whether the client subscribed in RESP2, and may do little else. */
    private boolean restricted;
    private boolean special;
    private int sentWith;
    private boolean dirty;
    private boolean resuming;
    private boolean closed;
    /** The command that the client waits for on a connection of its own. */
    private @Nullable Block block;
    private @Nullable SessionSubscriptions subscriptions;

    public Session(SessionRoom room, ClientState client) {
        this.room = room;
        this.client = client;
        this.answers = new Answers(this, room);
        this.reader = new CommandReader(this, room);
        this.pendingLimit = room.limits().configured().pendingPerSession();
        this.sentWith = client.protocol();
    }

    /** Where its commands' answers go. */
    Answers answers() {
        return answers;
    }

    @Override
    public ClientState client() {
        return client;
    }

    int protocol() {
        return client.protocol();
    }

    Intake intake() {
        return intake;
    }

    /** Whether its commands may have to be handled otherwise than by sending them: a transaction is open, keys are watched, or it
     * subscribed in RESP2. */
    boolean special() {
        return special;
    }

    TransactionState transaction() {
        return transaction;
    }

    void transaction(TransactionState state) {
        transaction = state;
        client.transaction(state == TransactionState.IDLE ? -1 : 0, client.watched());
        noteSpecial();
    }

    /** What guards its next transaction; null if nothing does. */
    @Nullable
    Watch watch() {
        return watch;
    }

    void watch(@Nullable Watch watch) {
        this.watch = watch;
        noteSpecial();
    }

    /** Whether the client subscribed in RESP2, and may do little else. */
    boolean restricted() {
        return restricted;
    }

    void restricted(boolean restricted) {
        this.restricted = restricted;
        noteSpecial();
    }

    private void noteSpecial() {
        special = transaction != TransactionState.IDLE || watch != null || restricted;
    }

    /** What it is subscribed to. */
    SessionSubscriptions subscriptions() {
        SessionSubscriptions all = subscriptions;
        if (all == null) {
            all = new SessionSubscriptions(this, room.desk(), room.limits().configured().pubsub());
            subscriptions = all;
        }
        return all;
    }

    RequestLimits requestLimits() {
        return client.authenticated() ? room.limits().authenticated() : room.limits().unauthenticated();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        output = new ClientOutput(room.limits().configured(), context);
        reader.attach(context.channel());
        room.opened(this);
    }

    // ---- commands come in

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf read = (ByteBuf) message;
        room.worker().counters().clientBytesIn += read.readableBytes();
        client.countBytesIn(read.readableBytes());
        client.lastSeenMillis(room.coarseMillis());
        if (takesCommands()) {
            reader.read(read);
        } else {
            read.release();
        }
    }

    /** Whether commands are, or will again be, read. */
    boolean takesCommands() {
        return !closed && intake != Intake.ENDED;
    }

    /** Whether the next bytes may be looked at now. */
    boolean mayRead() {
        if (intake == Intake.OPEN) {
            return !closed && answers.size() < pendingLimit && !room.keepsTooMuch() && output != null && !output.full()
                    && answers.stashed() <= room.limits().configured().outputPauseBytes();
        }
        return intake instanceof Intake.Streaming streaming && streaming.upload().wantsBytes();
    }

    /** Commands wait because {@link #mayRead} said no: sees to it that somebody will call {@link #resume}. */
    void stopped() {
        if (intake == Intake.OPEN && room.keepsTooMuch()) {
            room.waitForMemory(this);
        } else if (intake == Intake.DRAINING && answers.isEmpty()) {
            resumeLater();
        }
    }

    /** The next command waits until CLIENT PAUSE is over. */
    void hold() {
        intake = Intake.HELD;
        room.worker().counters().held++;
        room.pause().hold(this);
    }

    /** Goes on with what CLIENT PAUSE held back. */
    @Override
    public void released() {
        if (!closed && intake instanceof Intake.Held held) {
            intake = held.released();
            resumeLater();
        }
    }

    /** Goes on with the bytes that were left; any time the reason for the pause may have gone. */
    void resume() {
        if (closed) {
            return;
        }
        if (intake instanceof Intake.Draining draining && answers.isEmpty()) {
            intake = draining.drained();
        }
        reader.resume();
    }

    /** Has {@link #resume} called when the turn ends. */
    void resumeLater() {
        resuming = true;
        markDirty();
    }

    /**
     * A command has begun that is too large to keep.
     *
     * @return true if the session takes care of it; false if it has to arrive whole
     */
    boolean streams(RequestFrame begun) {
        if (!room.dispatcher().streams(this, begun)) {
            return false;
        }
        if (room.pause().active()) {
            hold();
            return true;
        }
        intake = answers.isEmpty()
                ? new Intake.Streaming(room.dispatcher().beginUpload(this, room, begun))
                : Intake.DRAINING;
        return true;
    }

    /** The large command that was streamed is answered. */
    void uploaded() {
        if (intake instanceof Intake.Streaming streaming) {
            intake = streaming.answered();
            resumeLater();
        }
    }

    /** The client may have changed what it is, or said that it goes. */
    void afterLocalCommand() {
        if (subscriptions != null) {
            subscriptions.clientChanged();
        }
        if (client.closeAfterReply()) {
            end();
        } else if (client.protocol() != sentWith && !answers.isEmpty() && intake == Intake.OPEN) {
            // What follows takes other channels, where it could overtake what was sent.
            intake = Intake.DRAINING;
        }
        sentWith = client.protocol();
    }

    /** Answers an error and closes the connection behind the replies that are still to come. */
    void protocolError(String error) {
        room.worker().counters().protocolErrors++;
        ByteBuf reply = room.worker().scratch();
        ReplyWriter.error(reply, "ERR " + error);
        answers.answer(reply);
        end();
    }

    /** The client shut its writing side down, and what it had sent was handled as far as it goes. */
    void inputUsedUp() {
        if (!(intake instanceof Intake.Streaming streaming)) {
            end();
        } else if (!streaming.upload().arrivedWhole()) {
            close();
        }
    }

    /** Nothing more is read; the connection closes when everything under way is answered. */
    void end() {
        if (intake instanceof Intake.Streaming streaming) {
            streaming.upload().abort();
        }
        intake = Intake.ENDED;
        reader.close();
        markDirty();
    }

    /** An answer has gone out: others may have waited for that. */
    void answered() {
        boolean waits = intake == Intake.DRAINING
                ? answers.isEmpty()
                : reader.paused() && answers.size() <= pendingLimit / 2;
        if (waits) {
            resumeLater();
        }
    }

    /** What comes next waits until everything under way is answered. */
    void drainFirst() {
        if (intake == Intake.OPEN) {
            intake = Intake.DRAINING;
        }
    }

    /** Whether nothing is under way; if something is, what comes next waits for it. */
    boolean alone() {
        if (answers.isEmpty()) {
            return true;
        }
        intake = Intake.DRAINING;
        return false;
    }

    /** A command blocks from now on, or, null, no longer. */
    void blocks(@Nullable Block blocking) {
        block = blocking;
        client.blocked(blocking != null);
        if (blocking != null) {
            drainFirst();
        }
    }

    /** Whether the client sends nothing more. */
    boolean inputHasEnded() {
        return reader.inputHasEnded();
    }

    /** Whether its client waits in a blocking command. On the worker's event loop. */
    public boolean blocked() {
        return block != null;
    }

    /**
     * Ends the wait of a client that blocks, as CLIENT UNBLOCK does. On the worker's event loop.
     *
     * @param error whether to answer an error instead of what the command answers when its time is over
     * @return whether it did block
     */
    @Override
    public boolean unblock(boolean error) {
        Block blocking = block;
        if (blocking != null) {
            blocking.unblock(error);
        }
        return blocking != null;
    }

    // ---- replies go out

    /** Adds bytes to what goes out with this turn. */
    void append(ByteBuf source, int start, int length) {
        if (output != null && !closed) {
            output.append(source, start, length);
            room.worker().counters().clientBytesOut += length;
            client.countBytesOut(length);
            markDirty();
        }
    }

    /** The client reads more slowly than a node sends. A lane can wait for it; on a shared channel others would have to. */
    void keepUp(UpstreamChannel from) {
        ClientOutput to = output;
        if (to == null || closed || to.writable()) {
            return;
        }
        if (from.key().lane() != Lane.SHARED) {
            to.holdBack(from);
        } else if (to.overfull()) {
            closeSlow();
        }
    }

    private void markDirty() {
        if (!dirty) {
            dirty = true;
            room.worker().turn().flushClient(this);
        }
    }

    @Override
    public void flushTurn() {
        dirty = false;
        if (resuming) {
            resuming = false;
            resume();
        }
        if (closed || output == null) {
            return;
        }
        if (intake == Intake.ENDED && answers.isEmpty()) {
            output.closeBehind();
        } else {
            output.flush();
        }
        if (output.unread() > 0) {
            room.watch(this);
            closeSlowSubscriber(System.nanoTime());
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (output != null && output.writable()) {
            output.measure();
            output.letGo();
            if (reader.paused()) {
                resumeLater();
            }
        }
    }

    /**
     * Closes the connection if its client does not read.
     *
     * @param now {@link System#nanoTime}
     * @return bytes that wait for the client
     */
    long checkOutput(long now) {
        if (closed || output == null) {
            return 0;
        }
        if (output.tooSlow(now)) {
            closeSlow();
        }
        closeSlowSubscriber(now);
        return unread();
    }

    private void closeSlowSubscriber(long now) {
        if (subscriptions != null && !closed && subscriptions.tooSlow(unread(), now)) {
            room.worker().counters().slowSubscribers++;
            closeSlow();
        }
    }

    /** Bytes that wait for the client to read them, as of the last look. */
    @Override
    public long unread() {
        return closed || output == null ? 0 : output.unread();
    }

    /** Closes the connection because its client does not read. */
    void closeSlow() {
        room.worker().counters().slowClients++;
        log.atInfo().addKeyValue("client", client.remote()).addKeyValue("unread", unread())
                .log("Closed: the client does not read its replies");
        close();
    }

    // ---- the end

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent && takesCommands()) {
            if (block != null && block.inputEnded()) {
                close();
            } else {
                reader.inputEnded();
            }
        } else if (event instanceof SslCloseCompletionEvent) {
            // TLS takes no more replies once the client has said goodbye.
            close();
        }
        context.fireUserEventTriggered(event);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        failed(cause);
    }

    @Override
    public void failed(Throwable cause) {
        // Epoll wraps what it says of a connection that was reset this moment.
        if (cause instanceof IOException || cause instanceof UncheckedIOException) {
            log.atDebug().addKeyValue("client", client.remote()).setCause(cause).log("Connection lost");
        } else {
            log.atWarn().addKeyValue("client", client.remote()).setCause(cause).log("Closed: unexpected failure");
        }
        close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        close();
    }

    @Override
    public void leave() {
        client.closeAfterReply(true);
        end();
    }

    @Override
    public void kill() {
        log.atDebug().addKeyValue("client", client.remote()).log("Closed by CLIENT KILL");
        room.worker().counters().killed++;
        close();
    }

    /** Closes the connection now: what comes back for it is dropped. */
    void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (intake instanceof Intake.Streaming streaming) {
            streaming.upload().abort();
        }
        if (block != null) {
            block.abort();
        }
        if (subscriptions != null) {
            subscriptions.close();
        }
        answers.close();
        room.dispatcher().transactions().forget(this);
        reader.close();
        room.closed(this);
        if (output != null) {
            output.close();
        }
    }
}
