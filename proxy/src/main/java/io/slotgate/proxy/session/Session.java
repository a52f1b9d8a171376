package io.slotgate.proxy.session;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.slotgate.proxy.facade.ClientState;
import io.slotgate.proxy.resp.ReplyWriter;
import io.slotgate.proxy.resp.RequestFrame;
import io.slotgate.proxy.resp.RequestLimits;
import io.slotgate.proxy.upstream.ChannelKey.Lane;
import io.slotgate.proxy.upstream.LargeReply;
import io.slotgate.proxy.upstream.Pending;
import io.slotgate.proxy.upstream.PendingPool;
import io.slotgate.proxy.upstream.Requester;
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
public final class Session extends ChannelInboundHandlerAdapter implements Requester, Flushable {
    private static final Logger log = LoggerFactory.getLogger(Session.class);

    private final SessionRoom room;
    private final ClientState client;
    private final CommandReader reader;
    private final PendingQueue queue = new PendingQueue();
    private final int pendingLimit;

    private @Nullable ClientOutput output;
    private Intake intake = Intake.OPEN;
    private int sentWith;
    private boolean dirty;
    private boolean resuming;
    private boolean closed;
    /** Bytes of replies that wait for others before them. */
    private long stashed;
    /** The node's channel whose large reply comes in parts. */
    private @Nullable UpstreamChannel source;
    private @Nullable Download download;

    public Session(SessionRoom room, ClientState client) {
        this.room = room;
        this.client = client;
        this.reader = new CommandReader(this, room);
        this.pendingLimit = room.limits().configured().pendingPerSession();
        this.sentWith = client.protocol();
    }

    ClientState client() {
        return client;
    }

    int protocol() {
        return client.protocol();
    }

    Intake intake() {
        return intake;
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
            return !closed && queue.size() < pendingLimit && !room.keepsTooMuch() && output != null && !output.full()
                    && stashed <= room.limits().configured().outputPauseBytes();
        }
        return intake instanceof Intake.Streaming streaming && streaming.upload().wantsBytes();
    }

    /** Commands wait because {@link #mayRead} said no: sees to it that somebody will call {@link #resume}. */
    void stopped() {
        if (intake == Intake.OPEN && room.keepsTooMuch()) {
            room.waitForMemory(this);
        } else if (intake == Intake.DRAINING && queue.isEmpty()) {
            resumeLater();
        }
    }

    /** Goes on with the bytes that were left; any time the reason for the pause may have gone. */
    void resume() {
        if (closed) {
            return;
        }
        if (intake instanceof Intake.Draining draining && queue.isEmpty()) {
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
        intake = queue.isEmpty()
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
        if (client.closeAfterReply()) {
            end();
        } else if (client.protocol() != sentWith && !queue.isEmpty() && intake == Intake.OPEN) {
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
        answer(reply);
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

    // ---- commands wait for their replies

    void enqueue(Pending pending) {
        queue.add(pending);
    }

    /** Gives a reply of our own, in its turn. */
    void answer(ByteBuf reply) {
        if (queue.isEmpty()) {
            append(reply, reply.readerIndex(), reply.readableBytes());
            return;
        }
        Pending pending = room.pendings().take(this, null, client.protocol(), Pending.NO_SLOT);
        stash(pending, reply, reply.readerIndex(), reply.writerIndex());
        queue.add(pending);
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
        PendingPool.recycle(pending);
        append(buffer, start, end - start);
        drain();
    }

    /** Passes on the replies that waited for the one that has just gone. */
    private void drain() {
        Pending next = queue.head();
        while (next != null && next.answered()) {
            stashed -= next.replyLength();
            append(next.replyBuffer(), next.replyOffset(), next.replyLength());
            queue.poll();
            PendingPool.recycle(next);
            next = queue.head();
        }
        if (next != null && next.tooLarge() == LargeReply.ASK_ELSEWHERE) {
            next.tooLarge(LargeReply.GATHER);
            download(next);
        }
        boolean waits = intake == Intake.DRAINING
                ? queue.isEmpty()
                : reader.paused() && queue.size() <= pendingLimit / 2;
        if (waits) {
            resumeLater();
        }
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
        if (intake == Intake.OPEN) {
            intake = Intake.DRAINING;
        }
        download = new Download(room, pending, LargeKeys.fingerprint(pending, room.keptFrame(pending)));
        download.begin();
    }

    private void downloaded(Pending pending, boolean large) {
        if (download != null && download.isFor(pending)) {
            download.end(large);
            download = null;
        }
    }

    /** Whether nothing is under way; if something is, what comes next waits for it. */
    boolean alone() {
        if (queue.isEmpty()) {
            return true;
        }
        intake = Intake.DRAINING;
        return false;
    }

    @Override
    public void onReplyPart(Pending pending, ByteBuf buffer, int start, int end, boolean last) {
        if (pending.tooLarge() == LargeReply.IN_PARTS) {
            if (last) {
                giveUp(pending);
            }
            return;
        }
        append(buffer, start, end - start);
        if (last) {
            source = null;
            downloaded(pending, true);
            queue.poll();
            PendingPool.recycle(pending);
            drain();
        } else if (source != null && output != null && !closed && !output.writable()) {
            keepUp(source, output);
        }
    }

    /** The client reads more slowly than a node sends. A lane can wait for it; on a shared channel others would have to. */
    private void keepUp(UpstreamChannel from, ClientOutput to) {
        if (from.key().lane() == Lane.BULK) {
            to.holdBack(from);
        } else if (to.overfull()) {
            closeSlow();
        }
    }

    @Override
    public void onReplyCut(Pending pending) {
        if (pending.tooLarge() == LargeReply.IN_PARTS) {
            giveUp(pending);
            return;
        }
        log.atInfo().addKeyValue("client", client.remote()).log("Closed: a node was lost within a reply");
        queue.poll();
        PendingPool.recycle(pending);
        close();
    }

    private void giveUp(Pending pending) {
        ByteBuf error = room.worker().scratch();
        ReplyWriter.error(error, "ERR the reply came before its turn and is larger than "
                + room.limits().configured().outputBytes() + " bytes (limits.output-bytes): ask for it by itself");
        onReply(pending, error, 0, error.writerIndex());
    }

    @Override
    public void onDetour(Pending pending) {
        if (intake == Intake.OPEN) {
            intake = Intake.DRAINING;
        }
    }

    @Override
    public boolean onPartlyMoved(Pending pending) {
        return room.dispatcher().splitByKey(pending);
    }

    // ---- replies go out

    private void append(ByteBuf source, int start, int length) {
        if (output != null && !closed) {
            output.append(source, start, length);
            room.worker().counters().clientBytesOut += length;
            client.countBytesOut(length);
            markDirty();
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
        if (intake == Intake.ENDED && queue.isEmpty()) {
            output.closeBehind();
        } else {
            output.flush();
        }
        if (output.unread() > 0) {
            room.watch(this);
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
        return unread();
    }

    /** Bytes that wait for the client to read them, as of the last look. */
    long unread() {
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
            reader.inputEnded();
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

    /** Closes the connection now: what comes back for it is dropped. */
    void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (intake instanceof Intake.Streaming streaming) {
            streaming.upload().abort();
        }
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
        reader.close();
        room.closed(this);
        if (output != null) {
            output.close();
        }
    }
}
