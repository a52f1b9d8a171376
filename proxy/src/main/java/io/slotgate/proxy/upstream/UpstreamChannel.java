package io.slotgate.proxy.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.slotgate.proxy.worker.Chunk;
import io.slotgate.proxy.worker.Flushable;
import io.slotgate.proxy.worker.Worker;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A worker's channel to a node: commands of any number of sessions go out in one stream, their replies come back in the
 * same order.
 *
 * <pre>
 *   send() ──┬──> Outgoing, in chunks ── flush once a turn ──> node
 *            └──> InFlight: p1 p2 p3 …                          │
 *                           ^ Replies: the first reply is p1's ─┘
 * </pre>
 *
 * <p>That there is a connection for them, and another one after it was lost, is up to {@link Connection}.
 * Confined to its worker's event loop.
 */
public final class UpstreamChannel implements Flushable, Connection.Owner {
    private static final Logger log = LoggerFactory.getLogger(UpstreamChannel.class);
    private static final byte[] ASKING = "*1\r\n$6\r\nASKING\r\n".getBytes(StandardCharsets.US_ASCII);

    private final ChannelKey key;
    private final Worker worker;
    private final PendingPool pendings;
    private final UpstreamEvents events;
    private final Connection connection;
    private final Outgoing outgoing;
    private final InFlight inFlight;
    private final boolean timed;
    private final Replies replies;
    private final LoadedScripts loadedScripts = new LoadedScripts();

    /** Where commands go; null while the connection is not ready. */
    private @Nullable ChannelHandlerContext ctx;
    private boolean dirty;

    UpstreamChannel(ChannelKey key, Worker worker, PendingPool pendings, Connector connector, UpstreamEvents events) {
        this.key = key;
        this.worker = worker;
        this.pendings = pendings;
        this.events = events;
        // What is lent to a session may block.
        this.timed = key.lane() != ChannelKey.Lane.LEASED;
        this.outgoing = new Outgoing(worker);
        this.inFlight = new InFlight(worker.counters());
        this.connection = new Connection(key, worker, connector, this);
        this.replies = new Replies(this, connection, inFlight, worker, pendings, events);
    }

    public ChannelKey key() {
        return key;
    }

    /** Whether commands can be sent now. */
    public boolean ready() {
        return ctx != null;
    }

    /** Commands sent and not answered yet. */
    @Override
    public int waiting() {
        return inFlight.size();
    }

    /** Commands sent since this was last asked. */
    long takeSent() {
        return inFlight.takeSent();
    }

    // ---- sending

    /** Copies one command, as it is, behind those that were sent. Only while {@link #ready}. */
    public void send(Pending pending, ByteBuf source, int offset, int length) {
        ChannelHandlerContext ctx = readyContext();
        if (pending.script != null || pending.batch != null) {
            loadScripts(pending);
        }
        outgoing.add(pending, source, offset, length, ctx);
        enqueue(pending);
    }

    /** Room to compose a command of at most {@code most} bytes in, to be finished with {@link #sendComposed}. */
    public ByteBuf compose(int most) {
        return outgoing.room(most, readyContext()).buffer();
    }

    /** Sends what was composed from the absolute index {@code start} on. */
    public void sendComposed(Pending pending, int start) {
        outgoing.addComposed(pending, start, readyContext());
        enqueue(pending);
    }

    /** Sends a command whose bytes were kept from an attempt elsewhere, behind ASKING if it is {@link Pending#asking}. */
    public void sendAgain(Pending pending) {
        Chunk kept = pending.request().chunk();
        if (pending.asking()) {
            // Nothing may come between ASKING and its command.
            loadScripts(pending);
            sendAsking();
        }
        pending.aimHome();
        if (pending.batch != null) {
            pending.batch.again();
        }
        kept.hold();
        ByteBuf source = kept.buffer();
        int length = pending.request().length();
        pending.releaseRequest(worker);
        send(pending, source, pending.request().offset(), length);
        kept.drop();
    }

    /** Says that the next command is for a slot on its way to the node. */
    public void sendAsking() {
        ByteBuf out = compose(ASKING.length);
        int start = out.writerIndex();
        out.writeBytes(ASKING);
        sendComposed(pendings.take(Discarder.INSTANCE, null, key.protocol(), Pending.NO_SLOT), start);
    }

    /** Tells the node the scripts that the command needs, unless it was told on this connection. */
    public void loadScripts(Pending pending) {
        if (pending.script != null) {
            load(pending.script);
        }
        if (pending.batch != null) {
            pending.batch.scripts().forEach(this::load);
        }
    }

    /** Tells the node a script, unless it was told on this connection: what is sent next finds it there. */
    public void load(Script script) {
        if (loadedScripts.contains(script)) {
            return;
        }
        worker.counters().scriptsLoaded++;
        Pending loading = pendings.take(Discarder.INSTANCE, null, key.protocol(), Pending.NO_SLOT);
        send(loading, script.load(), 0, script.load().writerIndex());
        loadedScripts.add(script, loading.sequence);
    }

    /** The node answered that it does not know the pending command's script: it has to be told again. */
    public void missed(Pending pending) {
        if (pending.script != null) {
            loadedScripts.missed(pending.script, pending.sequence);
        }
    }

    private void enqueue(Pending pending) {
        pending.sentAt = timed ? worker.observer().clock().now() : 0;
        inFlight.add(pending);
        flushWithTurn();
    }

    private void flushWithTurn() {
        if (!dirty) {
            dirty = true;
            worker.turn().flushNode(this);
        }
    }

    @Override
    public void flushTurn() {
        dirty = false;
        ChannelHandlerContext ctx = this.ctx;
        if (ctx != null) {
            outgoing.write(ctx);
            inFlight.flushed();
            ctx.flush();
        }
    }

    @Override
    public void failed(Throwable cause) {
        log.atWarn().addKeyValue("node", key.node()).setCause(cause).log("Channel cut: unexpected failure");
        cut(cause);
    }

    private ChannelHandlerContext readyContext() {
        ChannelHandlerContext ctx = this.ctx;
        if (ctx == null) {
            throw new IllegalStateException(key + " is not ready: " + connection.state());
        }
        return ctx;
    }

    /**
     * A slot, or any slot if it is {@link Pending#NO_SLOT}, may have got another owner. Commands in flight on it may come back
     * to be sent there: what their clients send next must not be there first.
     */
    void detour(int slot, Upstreams owners) {
        for (Pending pending = inFlight.head(); pending != null; pending = pending.next) {
            if (pending.slot != Pending.NO_SLOT && (slot == Pending.NO_SLOT || slot == pending.slot)
                    && owners.forSlot(pending.protocol, pending.slot) != this) {
                pending.requester.onDetour(pending);
            }
        }
    }

    // ---- one value streamed at a time (bulk lane)

    /** Passes bytes of commands on as they are; takes over the reference. Never on a shared channel; only if {@link #ready}. */
    public void sendPart(ByteBuf part) {
        ChannelHandlerContext ctx = readyContext();
        outgoing.write(ctx);
        ctx.write(part, ctx.voidPromise());
        flushWithTurn();
    }

    /** Says that a whole command was passed on in parts and its reply is {@code pending}'s. */
    public void expectReply(Pending pending) {
        enqueue(pending);
    }

    /** Whether the node keeps up with what is sent. */
    public boolean writable() {
        return connection.writable();
    }

    /** Called when the node has caught up; null: nobody waits for that. */
    public void onWritable(@Nullable Runnable listener) {
        connection.onWritable(listener);
    }

    /** Stops or goes on reading replies: what is in flight on this channel waits meanwhile. */
    public void reading(boolean reading) {
        connection.reading(reading);
    }

    /** Gives all that comes from now on to {@code listener}: nothing but {@link #sendPart} is sent on such a channel. */
    public void listener(PushListener listener) {
        replies.listener(listener);
    }

    // ---- the connection

    /** The connection, for those who keep this channel. */
    Connection connection() {
        return connection;
    }

    @Override
    public Replies replies() {
        return replies;
    }

    /** Whether an attempt to connect is under way. */
    public boolean connecting() {
        return connection.connecting();
    }

    /** Connects if that was not begun yet. */
    public void connect() {
        connection.connect();
    }

    /** Ends this connection because nothing that comes over it can be trusted; another one is made if it is wanted. */
    public void cut(Throwable cause) {
        connection.cut(cause);
    }

    /** Closes the connection for good; commands that were not answered are handed to {@link UpstreamEvents#onLost}. */
    public void close() {
        connection.close();
    }

    @Override
    public void onReady(ChannelHandlerContext context, long now) {
        ctx = context;
        replies.begin(now);
        events.onReady(this);
        PushListener listener = replies.listener();
        if (listener != null) {
            listener.onReady();
        }
    }

    @Override
    public void onLost(Throwable cause, boolean withinReply) {
        boolean wasReady = ready();
        ctx = null;
        outgoing.reset();
        loadedScripts.clear();
        if (wasReady && connection.wanted()) {
            events.onConnectionLost(this);
        }
        replies.handBack(withinReply);
        // It may be for that that nobody has a use for it any more.
        if (!connection.discarded()) {
            events.onUnavailable(this, cause);
        }
        PushListener listener = replies.listener();
        if (listener != null) {
            listener.onLost();
        }
    }
}
