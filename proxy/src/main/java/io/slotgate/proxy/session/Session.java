package io.slotgate.proxy.session;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.slotgate.proxy.clients.Client;
import io.slotgate.proxy.facade.ClientState;
import io.slotgate.proxy.observe.LoopClock;
import io.slotgate.proxy.resp.ReplyWriter;
import io.slotgate.proxy.resp.RequestLimits;
import io.slotgate.proxy.transaction.TransactionState;
import io.slotgate.proxy.worker.Flushable;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's connection: has its commands sent, and gives the replies back in the order of the commands.
 *
 * <pre>
 *   bytes ──> SessionIntake ──> Dispatcher ──> channels to nodes
 *                   ^              │ queue: p1 p2 p3 …          │
 *                   │ answered     v                            │
 *   bytes <── SessionOutput <── Answers ──────── replies <──────┘
 * </pre>
 *
 * What comes in is {@link SessionIntake}'s and what goes out {@link SessionOutput}'s; here is what both are parts of: who the client
 * is, the end of a turn of the event loop, and the end of the session. The last handler of its pipeline; confined to its
 * worker's event loop.
 */
public final class Session extends ChannelInboundHandlerAdapter implements Flushable, Client {
    private static final Logger log = LoggerFactory.getLogger(Session.class);

    private final SessionRoom room;
    private final LoopClock clock;
    private final ClientState client;
    private final SessionPlane plane;
    private final Modes modes;
    private final ReadPreference reads;
    private final SessionOutput output;
    private final SessionIntake intake;
    private final Answers answers;

    private int sentWith;
    private boolean dirty;
    private boolean closed;
    /** It is to go when all it has sent is answered. */
    private boolean leaving;
    /** Its client does not know that the connection ends. */
    private boolean parting;

    public Session(SessionRoom room, ClientState client) {
        this.room = room;
        this.clock = room.worker().observer().clock();
        this.client = client;
        this.plane = new SessionPlane(room);
        this.modes = new Modes(this, room, client);
        this.reads = new ReadPreference(client, room.readPolicy());
        PendingQueue underWay = new PendingQueue();
        this.output = new SessionOutput(this, room, client, modes);
        this.intake = new SessionIntake(this, room, client, plane, underWay, output);
        this.answers = new Answers(this, room, underWay, intake, output);
        this.sentWith = client.protocol();
    }

    /** Where its commands' answers go. */
    Answers answers() {
        return answers;
    }

    /** By which its commands go. */
    UserPlane plane() {
        return plane.current();
    }

    /** Whether its commands go by this plane, or subscriptions of before. */
    boolean uses(UserPlane some) {
        return plane.uses(some) || modes.subscribedBy(some);
    }

    @Override
    public ClientState client() {
        return client;
    }

    int protocol() {
        return client.protocol();
    }

    /** How its commands come in. */
    SessionIntake intake() {
        return intake;
    }

    /** How its replies go out. */
    SessionOutput output() {
        return output;
    }

    /** What the client has set up for the commands to come. */
    Modes modes() {
        return modes;
    }

    /** Where its reads may go. */
    ReadPreference reads() {
        return reads;
    }

    RequestLimits requestLimits() {
        return client.authenticated() ? room.limits().authenticated() : room.limits().unauthenticated();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        output.attach(context);
        intake.attach(context.channel());
        room.opened(this);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf read = (ByteBuf) message;
        room.worker().counters().clientBytesIn += read.readableBytes();
        client.countBytesIn(read.readableBytes());
        client.lastSeenMillis(room.coarseMillis());
        if (intake.takesCommands()) {
            clock.begin();
            intake.read(read);
            clock.end();
        } else {
            read.release();
        }
    }

    // ---- its client changes

    /** The client may have changed what it is, or said that it goes. */
    void afterLocalCommand() {
        modes.clientChanged();
        if (client.upstreamUser() == null && !plane.staysOf(null, client.database())) {
            becomeOurs();
        }
        if (client.closeAfterReply()) {
            intake.end();
        } else if (client.protocol() != sentWith && !answers.isEmpty()) {
            // What follows takes other channels, where it could overtake what was sent.
            intake.drainFirst();
        }
        sentWith = client.protocol();
        noteReads();
    }

    private void becomeOurs() {
        UserPlane ours = room.ours(client.database());
        if (ours == null) {
            // In another database than it selected it must not go on.
            client.closeAfterReply(true);
        } else {
            switchTo(ours);
        }
    }

    /** Looks again where its reads may go. */
    void noteReads() {
        reads.note(room.readPolicy());
    }

    /** What comes next goes as another user, or to another database, when everything under way is answered. */
    void switchTo(UserPlane next) {
        plane.goOnWith(next);
        if (answers.isEmpty()) {
            plane.advance();
        } else {
            intake.drainFirst();
        }
    }

    /** Answers an error and closes the connection behind the replies that are still to come. */
    void protocolError(String error) {
        room.worker().counters().protocolErrors++;
        ByteBuf reply = room.worker().scratch();
        ReplyWriter.error(reply, "ERR " + error);
        answers.answer(reply);
        intake.end();
    }

    // ---- as other clients see it

    /** Whether its client waits in a blocking command. On the worker's event loop. */
    public boolean blocked() {
        return intake.blocked();
    }

    @Override
    public boolean unblock(boolean error) {
        return intake.unblock(error);
    }

    @Override
    public void released() {
        intake.released();
    }

    /** Bytes that wait for the client to read them, as of the last look. */
    @Override
    public long unread() {
        return output.unread();
    }

    @Override
    public void leave() {
        client.closeAfterReply(true);
        intake.end();
    }

    @Override
    public void kill() {
        log.atDebug().addKeyValue("client", client.remote()).log("Closed by CLIENT KILL");
        room.worker().counters().killed++;
        close();
    }

    // ---- a turn of the event loop ends

    /** Has commands go on, and replies go out, when this turn ends. */
    void flushWithTurn() {
        if (!dirty) {
            dirty = true;
            room.worker().turn().flushClient(this);
        }
    }

    @Override
    public void flushTurn() {
        dirty = false;
        intake.turnEnded();
        if (closed) {
            return;
        }
        if (leaving && betweenCommands()) {
            part();
        }
        if (intake.usedUp()) {
            output.closeBehind(parting);
        } else {
            output.flush();
        }
        output.watch();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (output.caughtUp()) {
            intake.outputCaughtUp();
        }
    }

    // ---- the end

    /**
     * The proxy is about to stop, and the client is to go.
     *
     * @param idleMillis how long a client must have been silent that is let go for that, so that nothing is likely to be on its
     *        way from it
     */
    void part(Parting how, long idleMillis) {
        switch (how) {
            case WHEN_SILENT -> {
                boolean listens = modes.special() || modes.subscribed();
                if (!listens && betweenCommands() && unread() == 0
                        && room.coarseMillis() - client.lastSeenMillis() >= idleMillis) {
                    part();
                }
            }
            case BETWEEN_COMMANDS -> {
                leaving = true;
                if (betweenCommands()) {
                    part();
                }
            }
            case BEHIND_REPLIES -> {
                if (intake.mayEnd()) {
                    part();
                    intake.letGo();
                }
            }
        }
    }

    /** It need not go any more, unless it is going already. */
    void stay() {
        leaving = false;
    }

    private boolean betweenCommands() {
        return !closed && intake.idle() && modes.transaction() == TransactionState.IDLE && modes.watch() == null;
    }

    private void part() {
        room.worker().counters().drained++;
        parting = true;
        intake.end();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent && intake.takesCommands()) {
            intake.inputEnded();
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

    /** Whether its connection is closed, or about to be. */
    boolean closed() {
        return closed;
    }

    /** Closes the connection now: what comes back for it is dropped. */
    void close() {
        if (closed) {
            return;
        }
        closed = true;
        intake.abort();
        modes.close();
        answers.close();
        plane.current().dispatcher().transactions().forget(this);
        intake.close();
        room.closed(this);
        plane.close();
        output.close();
    }
}
