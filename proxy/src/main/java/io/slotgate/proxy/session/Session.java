package io.slotgate.proxy.session;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.slotgate.proxy.facade.ClientState;
import io.slotgate.proxy.resp.ReplyWriter;
import io.slotgate.proxy.resp.RequestFrame;
import io.slotgate.proxy.resp.RequestScanner;
import io.slotgate.proxy.upstream.Pending;
import io.slotgate.proxy.upstream.PendingPool;
import io.slotgate.proxy.upstream.Requester;
import io.slotgate.proxy.upstream.UpstreamChannel;
import io.slotgate.proxy.worker.Flushable;
import io.slotgate.proxy.worker.InboundBuffer;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's connection: cuts its bytes into commands, has them sent, and gives the replies back in the order of the
 * commands.
 *
 * <pre>
 *   bytes ──> RequestScanner ──> Dispatcher ──> channels to nodes
 *                                   │ queue: p1 p2 p3 …          │
 *   bytes <── Output <── in order ──┴────────── replies ─────────┘
 * </pre>
 *
 * The last handler of its pipeline; confined to its worker's event loop.
 */
public final class Session extends ChannelInboundHandlerAdapter implements Requester, Flushable {
    private static final Logger log = LoggerFactory.getLogger(Session.class);
    /** A command that has begun and has this many arguments is not scanned from its start again. */
    private static final int LONG_COMMAND = 64;

    private final SessionRoom room;
    private final ClientState client;
    private final InboundBuffer inbound;
    private final Output output;
    private final PendingQueue queue = new PendingQueue();

    private @Nullable ChannelHandlerContext ctx;
    private Intake intake = Intake.OPEN;
    private boolean consuming;
    private boolean dirty;
    private boolean resuming;
    private boolean closed;
    private boolean paused;
    private int sentWith = 2;
    /** A command that has partly arrived and was scanned as far as it goes. */
    private @Nullable RequestFrame begun;
    /** Bytes that must be there before another look at the command that has partly arrived is of use. */
    private int needed;
    private long halfReceived;
    /** The node's channel that waits for this client to read. */
    private @Nullable UpstreamChannel heldBack;
    /** The node's channel whose large reply comes in parts. */
    private @Nullable UpstreamChannel download;
    private long unread;
    private long unreadSince;

    public Session(SessionRoom room, ClientState client) {
        this.room = room;
        this.client = client;
        this.inbound = new InboundBuffer(room.worker());
        this.output = new Output(room.worker().allocator());
    }

    ClientState client() {
        return client;
    }

    int protocol() {
        return client.protocol();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        ctx = context;
        long pause = room.limits().configured().outputPauseBytes();
        context.channel().config().setRecvByteBufAllocator(inbound);
        context.channel().config().setWriteBufferWaterMark(new WriteBufferWaterMark((int) pause / 2, (int) pause));
        room.opened(this);
    }

    // ---- commands come in

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf read = (ByteBuf) message;
        room.worker().counters().clientBytesIn += read.readableBytes();
        if (closed || intake instanceof Intake.Ended) {
            read.release();
            return;
        }
        consume(inbound.accept(read));
    }

    /** Goes on with what was left; any time the reason for the pause may have gone. */
    void resume() {
        if (closed || consuming) {
            return;
        }
        if (intake instanceof Intake.Draining draining && queue.isEmpty()) {
            intake = draining.drained();
        }
        ByteBuf kept = inbound.take();
        if (kept != null) {
            consume(kept);
        } else if (mayRead()) {
            pauseReading(false);
        }
    }

    /** Has {@link #resume} called when the turn ends. */
    void resumeLater() {
        resuming = true;
        markDirty();
    }

    private boolean mayRead() {
        if (intake == Intake.OPEN) {
            return queue.size() < room.limits().configured().pendingPerSession() && !outputFull()
                    && !room.keepsTooMuch();
        }
        return switch (intake) {
            case Intake.Open() -> true;
            case Intake.Draining() -> false;
            case Intake.Streaming(Upload upload) -> upload.wantsBytes();
            case Intake.Ended() -> false;
        };
    }

    private boolean outputFull() {
        return unread > room.limits().configured().outputBytes() / 4;
    }

    private void consume(ByteBuf buffer) {
        consuming = true;
        int at = buffer.readerIndex();
        int to = buffer.writerIndex();
        boolean incomplete = false;
        if (to - at < needed) {
            incomplete = true;
        } else {
            needed = 0;
            while (at < to && !incomplete && mayRead()) {
                if (intake instanceof Intake.Streaming streaming) {
                    int end = streaming.upload().take(buffer, at, to);
                    incomplete = end == at;
                    at = end;
                } else {
                    int end = nextCommand(buffer, at, to);
                    incomplete = end < 0;
                    at = end < 0 ? at : end;
                }
            }
        }
        consuming = false;
        keep(buffer, at, to, incomplete);
    }

    /** Handles one command and returns where it ended; -1 if it has not arrived whole. */
    private int nextCommand(ByteBuf buffer, int at, int to) {
        RequestScanner scanner = room.scanner();
        scanner.limits(client.authenticated() ? room.limits().authenticated() : room.limits().unauthenticated());
        RequestFrame frame = begun != null ? begun : room.frame();
        if (begun != null) {
            frame.moveTo(buffer, at);
        }
        RequestScanner.Status status = scanner.scan(buffer, at, to, frame);
        return switch (status) {
            case COMPLETE, INLINE -> {
                begun = null;
                room.dispatcher().dispatch(this, frame);
                if (status == RequestScanner.Status.INLINE) {
                    frame.buffer().release();
                }
                frame.trim();
                yield scanner.position();
            }
            case EMPTY -> scanner.position();
            case INCOMPLETE -> incomplete(scanner, frame, at);
            case ERROR -> {
                protocolError(scanner.error());
                yield to;
            }
        };
    }

    private int incomplete(RequestScanner scanner, RequestFrame frame, int at) {
        needed = scanner.needed() - at;
        if (needed > room.limits().configured().streamBytes() && scanner.openBulk() > 0) {
            if (!queue.isEmpty()) {
                intake = Intake.DRAINING;
                needed = 0;
            } else {
                Upload upload = room.dispatcher().beginUpload(this, room, frame);
                if (upload != null) {
                    intake = new Intake.Streaming(upload);
                    needed = 0;
                    begun = null;
                    return at;
                }
            }
        }
        if (begun == null && frame.argc() >= LONG_COMMAND) {
            begun = room.giveFrameAway();
        }
        return -1;
    }

    private void keep(ByteBuf buffer, int at, int to, boolean incomplete) {
        if (closed || intake instanceof Intake.Ended) {
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
            if (!countHalfReceived(incomplete ? kept.readableBytes() : 0)) {
                protocolError("Slotgate: too many bytes of commands that have not arrived whole"
                        + " (limits.request-bytes-per-worker)");
                return;
            }
        }
        boolean stop = !mayRead();
        if (stop && intake instanceof Intake.Open && room.keepsTooMuch()) {
            room.waitForMemory(this);
        }
        if (stop && intake instanceof Intake.Draining && queue.isEmpty()) {
            resumeLater();
        }
        pauseReading(stop);
    }

    private boolean countHalfReceived(long bytes) {
        long change = bytes - halfReceived;
        halfReceived = bytes;
        return room.halfReceived(change) || change <= 0;
    }

    private void pauseReading(boolean pause) {
        if (paused != pause && ctx != null) {
            paused = pause;
            ctx.channel().config().setAutoRead(!pause);
        }
    }

    /** Answers an error and closes the connection behind the replies that are still to come. */
    void protocolError(String error) {
        room.worker().counters().protocolErrors++;
        ByteBuf reply = room.worker().scratch();
        ReplyWriter.error(reply, "ERR " + error);
        answer(reply);
        end();
    }

    private void end() {
        intake = Intake.ENDED;
        inbound.close();
        countHalfReceived(0);
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
        pending.stashReply(room.worker().stash(), reply, reply.readerIndex(), reply.writerIndex());
        queue.add(pending);
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

    /** The large command that was streamed is answered. */
    void uploaded() {
        if (intake instanceof Intake.Streaming streaming) {
            intake = streaming.answered();
            resumeLater();
        }
    }

    @Override
    public void onReply(Pending pending, ByteBuf buffer, int start, int end) {
        if (pending != queue.head()) {
            pending.stashReply(room.worker().stash(), buffer, start, end);
            return;
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
            append(next.replyBuffer(), next.replyOffset(), next.replyLength());
            queue.poll();
            PendingPool.recycle(next);
            next = queue.head();
        }
        if (paused || intake != Intake.OPEN) {
            boolean drained = queue.isEmpty();
            if (drained || (intake == Intake.OPEN
                    && queue.size() <= room.limits().configured().pendingPerSession() / 2)) {
                resumeLater();
            }
        }
    }

    @Override
    public boolean takesParts(Pending pending, UpstreamChannel from, long size) {
        if (pending == queue.head()) {
            room.worker().counters().downloads++;
            download = from;
            return true;
        }
        if (size > room.limits().configured().outputBytes()) {
            holdBack(from);
        }
        return false;
    }

    @Override
    public void onReplyPart(Pending pending, ByteBuf buffer, int start, int end, boolean last) {
        append(buffer, start, end - start);
        if (!last && download != null && ctx != null && !ctx.channel().isWritable()) {
            holdBack(download);
        }
        if (last) {
            download = null;
            queue.poll();
            PendingPool.recycle(pending);
            drain();
        }
    }

    @Override
    public void onReplyCut(Pending pending) {
        log.atInfo().addKeyValue("client", client.remote()).log("Closed: a node was lost within a reply");
        close();
        PendingPool.recycle(pending);
    }

    @Override
    public void onDetour(Pending pending) {
        if (intake instanceof Intake.Open) {
            intake = Intake.DRAINING;
        }
    }

    @Override
    public boolean onPartlyMoved(Pending pending) {
        return room.dispatcher().splitByKey(pending);
    }

    // ---- replies go out

    private void append(ByteBuf source, int start, int length) {
        ChannelHandlerContext context = ctx;
        if (context != null && !closed) {
            output.append(context, source, start, length);
            room.worker().counters().clientBytesOut += length;
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
        ChannelHandlerContext context = ctx;
        if (closed || context == null) {
            return;
        }
        if (resuming) {
            resuming = false;
            resume();
        }
        output.write(context);
        if (intake instanceof Intake.Ended && queue.isEmpty()) {
            context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
            return;
        }
        context.flush();
        if (!context.channel().isWritable()) {
            measureUnread(context);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        measureUnread(context);
        if (context.channel().isWritable()) {
            letGo();
            if (paused) {
                resumeLater();
            }
        }
    }

    private void measureUnread(ChannelHandlerContext context) {
        unread = context.channel().isWritable() ? 0 : context.channel().bytesBeforeWritable();
    }

    private void holdBack(UpstreamChannel channel) {
        heldBack = channel;
        channel.reading(false);
    }

    private void letGo() {
        if (heldBack != null) {
            UpstreamChannel channel = heldBack;
            heldBack = null;
            channel.reading(true);
        }
    }

    /**
     * Closes the connection if its client has not read for too long, or has too much left to read.
     *
     * @return bytes that wait for the client
     */
    long checkOutput(long now) {
        ChannelHandlerContext context = ctx;
        if (context == null || closed || context.channel().isWritable()) {
            unreadSince = 0;
            unread = 0;
            return 0;
        }
        long before = unread;
        measureUnread(context);
        if (unreadSince == 0 || unread < before) {
            unreadSince = now;
        }
        long patience = room.limits().configured().slowClientTimeout().toNanos();
        if (unread > room.limits().configured().outputBytes() || now - unreadSince > patience) {
            room.worker().counters().slowClients++;
            log.atInfo().addKeyValue("client", client.remote()).addKeyValue("unread", unread)
                    .addKeyValue("millis", TimeUnit.NANOSECONDS.toMillis(now - unreadSince))
                    .log("Closed: the client does not read its replies");
            close();
            return 0;
        }
        return unread;
    }

    // ---- the end

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent && !closed) {
            if (intake instanceof Intake.Streaming) {
                close();
            } else {
                end();
            }
        }
        context.fireUserEventTriggered(event);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof IOException) {
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
        letGo();
        Pending pending;
        while ((pending = queue.poll()) != null) {
            if (pending.answered()) {
                PendingPool.recycle(pending);
            } else {
                pending.abandon();
            }
        }
        countHalfReceived(0);
        inbound.close();
        output.close();
        room.closed(this);
        if (ctx != null) {
            ctx.close();
        }
    }
}
