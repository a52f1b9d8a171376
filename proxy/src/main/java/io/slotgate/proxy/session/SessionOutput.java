package io.slotgate.proxy.session;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.slotgate.proxy.facade.ClientState;
import io.slotgate.proxy.upstream.UpstreamChannel;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What goes out to one client: gathered during a turn of the event loop, sent at its end; and what becomes of a client that does
 * not read it. Which command it answers is nothing to it. Asks its session to be flushed with the turn, and to be closed for
 * a client that is too slow. Confined to its worker's event loop.
 */
final class SessionOutput {
    private static final Logger log = LoggerFactory.getLogger(SessionOutput.class);

    private final Session session;
    private final SessionRoom room;
    private final ClientState client;
    private final Modes modes;
    private @Nullable ClientOutput socket;
    /** What has gathered goes out with the next reply, not with this turn. */
    private boolean withheld;

    SessionOutput(Session session, SessionRoom room, ClientState client, Modes modes) {
        this.session = session;
        this.room = room;
        this.client = client;
        this.modes = modes;
    }

    /** The connection is there. */
    void attach(ChannelHandlerContext context) {
        socket = new ClientOutput(room.limits().configured(), context, room.worker().replies());
    }

    // ---- gathering

    /** Adds bytes to what goes out with this turn. */
    void append(ByteBuf source, int start, int length) {
        if (socket != null && !session.closed()) {
            socket.append(source, start, length);
            appended(length);
        }
    }

    /** As {@link #append}, for bytes that many sessions get; {@code source} does not change any more. */
    void appendShared(ByteBuf source, int start, int length) {
        if (socket != null && !session.closed()) {
            socket.appendShared(source, start, length);
            appended(length);
        }
    }

    private void appended(int length) {
        room.worker().counters().clientBytesOut += length;
        client.countBytesOut(length);
        withheld = false;
        session.flushWithTurn();
    }

    /** Lets what has gathered wait for the reply to the only command under way, and go out in one write with it. */
    void withhold() {
        withheld = true;
    }

    /** What was held back goes out now: the reply it waited for is not to be sent, or may take its time. */
    void dontWithhold() {
        if (withheld) {
            withheld = false;
            session.flushWithTurn();
        }
    }

    // ---- leaving

    /** The turn is over: what has gathered goes out. */
    void flush() {
        if (socket == null) {
            return;
        }
        if (withheld) {
            socket.keep();
        } else {
            socket.flush();
        }
    }

    /**
     * The turn is over, and with it the connection, as soon as what has gathered is out.
     *
     * @param unforeseen whether the client does not know that it ends
     */
    void closeBehind(boolean unforeseen) {
        if (socket == null) {
            return;
        }
        if (unforeseen) {
            socket.partBehind();
        } else {
            socket.closeBehind();
        }
    }

    // ---- a client that does not read

    /** Whether so much waits for the client that it must not ask for more. */
    boolean full() {
        return socket == null || socket.full();
    }

    /** Bytes that wait for the client to read them, as of the last look. */
    long unread() {
        return socket == null || session.closed() ? 0 : socket.unread();
    }

    /** The client reads more slowly than a node sends. A lane can wait for it; on a shared channel others would have to. */
    void keepUp(UpstreamChannel from) {
        ClientOutput to = socket;
        if (to == null || session.closed() || to.writable()) {
            return;
        }
        if (!from.key().isShared()) {
            to.holdBack(from);
        } else if (to.overfull()) {
            closeSlow();
        }
    }

    /** The client may have read: whether it has, and what waited for it goes on. */
    boolean caughtUp() {
        if (socket == null || !socket.writable()) {
            return false;
        }
        socket.measure();
        socket.letGo();
        return true;
    }

    /** Has a client looked after from now on that has left something to read. */
    void watch() {
        if (socket != null && socket.unread() > 0) {
            room.watch(session);
            closeSlowSubscriber(System.nanoTime());
        }
    }

    /**
     * Closes the connection if its client does not read.
     *
     * @param now {@link System#nanoTime}
     * @return bytes that wait for the client
     */
    long check(long now) {
        if (socket == null || session.closed()) {
            return 0;
        }
        if (socket.tooSlow(now)) {
            closeSlow();
        }
        closeSlowSubscriber(now);
        return unread();
    }

    private void closeSlowSubscriber(long now) {
        if (!session.closed() && modes.subscriberTooSlow(unread(), now)) {
            room.worker().counters().slowSubscribers++;
            closeSlow();
        }
    }

    /** Closes the connection because its client does not read. */
    void closeSlow() {
        room.worker().counters().slowClients++;
        log.atInfo().addKeyValue("client", client.remote()).addKeyValue("unread", unread())
                .log("Closed: the client does not read its replies");
        session.close();
    }

    /** The session has ended. */
    void close() {
        if (socket != null) {
            socket.close();
        }
    }
}
