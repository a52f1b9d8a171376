package io.slotgate.proxy.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ConnectTimeoutException;
import io.slotgate.proxy.worker.Chunk;
import io.slotgate.proxy.worker.Flushable;
import io.slotgate.proxy.worker.InboundBuffer;
import io.slotgate.proxy.worker.Worker;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * A worker's channel to a node: commands of any number of sessions go out in one stream, their replies come back in the
 * same order. Connects when it is first needed, and again, with growing pauses, as long as its node is wanted.
 *
 * <pre>
 *   send() ──> outgoing chunks ──flush once a turn──> node
 *   queue:  p1 p2 p3 …                                 │
 *           ^ first reply is the first one's <─────────┘
 * </pre>
 *
 * Confined to its worker's event loop.
 */
public final class UpstreamChannel implements Flushable, ReplyReader.Sink {
    private static final Logger log = LoggerFactory.getLogger(UpstreamChannel.class);
    private static final byte[] ASKING = "*1\r\n$6\r\nASKING\r\n".getBytes(StandardCharsets.US_ASCII);
    /** A command of this size goes by reference instead of being copied. */
    private static final int BY_REFERENCE = 16 * 1024;

    private final ChannelKey key;
    private final Worker worker;
    private final PendingPool pendings;
    private final Connector connector;
    private final UpstreamEvents events;
    private final Outgoing outgoing;
    private final InFlight inFlight;
    private final LoadedScripts loadedScripts = new LoadedScripts();

    private ChannelState state = ChannelState.IDLE;
    private boolean wanted = true;
    private boolean closing;
    private boolean ready;
    private boolean dirty;
    private int greetings;
    private @Nullable Link link;
    private @Nullable ChannelHandlerContext ctx;
    private @Nullable Runnable onWritable;
    private @Nullable Runnable whenSettled;
    private @Nullable PushListener pushes;

    UpstreamChannel(ChannelKey key, Worker worker, PendingPool pendings, Connector connector, UpstreamEvents events) {
        this.key = key;
        this.worker = worker;
        this.pendings = pendings;
        this.connector = connector;
        this.events = events;
        this.outgoing = new Outgoing(worker.chunks());
        this.inFlight = new InFlight(worker.counters());
    }

    public ChannelKey key() {
        return key;
    }

    /** Whether commands can be sent now. */
    public boolean ready() {
        return ready;
    }

    /** Whether an attempt to connect is under way. */
    public boolean connecting() {
        return state instanceof ChannelState.Connecting || state instanceof ChannelState.Greeting;
    }

    /** Commands sent and not answered yet. */
    public int waiting() {
        return inFlight.size();
    }

    // ---- sending

    /** Copies one command, as it is, behind those that were sent. Only while {@link #ready}. */
    public void send(Pending pending, ByteBuf source, int offset, int length) {
        ChannelHandlerContext ctx = connection();
        Script script = pending.script;
        if (script != null) {
            load(script);
        }
        Chunk chunk;
        int at;
        if (length < BY_REFERENCE) {
            chunk = outgoing.room(length, ctx);
            chunk.hold();
            at = chunk.buffer().writerIndex();
            chunk.buffer().writeBytes(source, offset, length);
        } else {
            outgoing.write(ctx);
            ByteBuf part = source.retainedSlice(offset, length);
            chunk = worker.chunks().wrap(part);
            at = 0;
            ctx.write(part.retain(), ctx.voidPromise());
        }
        pending.keepRequest(chunk, at, length);
        worker.counters().keptBytes += length;
        enqueue(pending);
    }

    /** Room to compose a command of at most {@code most} bytes in, to be finished with {@link #sendComposed}. */
    public ByteBuf compose(int most) {
        return outgoing.room(most, connection()).buffer();
    }

    /** Sends what was composed from the absolute index {@code start} on. */
    public void sendComposed(Pending pending, int start) {
        Chunk chunk = outgoing.room(0, connection());
        chunk.hold();
        int length = chunk.buffer().writerIndex() - start;
        pending.keepRequest(chunk, start, length);
        worker.counters().keptBytes += length;
        enqueue(pending);
    }

    /** Sends a command whose bytes were kept from an attempt elsewhere, behind ASKING if it is {@link Pending#asking}. */
    public void sendAgain(Pending pending) {
        Chunk kept = pending.request();
        if (kept == null) {
            throw new IllegalStateException("the command's bytes are no longer kept");
        }
        if (pending.asking()) {
            if (pending.script != null) {
                // Nothing may come between ASKING and its command.
                load(pending.script);
            }
            sendAsking();
        }
        pending.aimHome();
        if (pending.batch != null) {
            pending.batch.again();
        }
        kept.hold();
        ByteBuf source = kept.buffer();
        int length = pending.requestLength();
        pending.releaseRequest(worker);
        send(pending, source, pending.requestOffset(), length);
        kept.drop();
    }

    /** Says that the next command is for a slot on its way to the node. */
    public void sendAsking() {
        ByteBuf out = compose(ASKING.length);
        int start = out.writerIndex();
        out.writeBytes(ASKING);
        sendComposed(pendings.take(Discarder.INSTANCE, null, key.protocol(), Pending.NO_SLOT), start);
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
        if (ctx != null && ready) {
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

    private ChannelHandlerContext connection() {
        ChannelHandlerContext ctx = this.ctx;
        if (ctx == null || !ready) {
            throw new IllegalStateException(key + " is not ready: " + state);
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
        ChannelHandlerContext ctx = connection();
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
        return ctx != null && ctx.channel().isWritable();
    }

    /** Called when the node has caught up; null: nobody waits for that. */
    public void onWritable(@Nullable Runnable listener) {
        onWritable = listener;
    }

    /** Stops or goes on reading replies: what is in flight on this channel waits meanwhile. */
    public void reading(boolean reading) {
        if (ctx != null) {
            ctx.channel().config().setAutoRead(reading);
        }
    }

    // ---- replies

    /** Gives all that comes from now on to {@code listener}: nothing but {@link #sendPart} is sent on such a channel. */
    public void listener(PushListener listener) {
        pushes = listener;
    }

    @Override
    public void reply(ByteBuf buffer, int start, int end) {
        byte type = buffer.getByte(start);
        if (type == '>' && pushes == null) {
            return;
        }
        if (greetings > 0) {
            onGreetingReply(buffer, start, end);
            return;
        }
        if (pushes != null) {
            pushes.onMessage(buffer, start, end);
            return;
        }
        Pending head = inFlight.head();
        if (head != null && head.batch != null && head.batch.takes(buffer, start, end)) {
            return;
        }
        Pending pending = inFlight.poll();
        if (pending == null) {
            cut(new IOException("a reply that nobody asked for"));
            return;
        }
        worker.counters().replies++;
        if (type != '-' || !events.onError(this, pending, buffer, start, end)) {
            pending.releaseRequest(worker);
            pending.requester.onReply(pending, buffer, start, end);
        }
    }

    @Override
    public boolean takesParts(long size) {
        Pending head = inFlight.head();
        if (head == null || greetings > 0 || (head.batch != null && head.batch.expectsMore())) {
            return false;
        }
        return switch (head.requester.onLargeReply(head, this, size)) {
            case GATHER -> false;
            case IN_PARTS -> true;
            case ASK_ELSEWHERE -> {
                inFlight.replaceHead(pendings.take(Discarder.INSTANCE, null, key.protocol(), Pending.NO_SLOT));
                head.requester.askElsewhere(head);
                yield true;
            }
        };
    }

    @Override
    public void part(ByteBuf buffer, int start, int end, boolean last) {
        Pending pending = last ? inFlight.poll() : inFlight.head();
        if (pending == null) {
            throw new IllegalStateException("a part of a reply that nobody asked for");
        }
        if (last) {
            worker.counters().replies++;
            pending.releaseRequest(worker);
        }
        pending.requester.onReplyPart(pending, buffer, start, end, last);
    }

    @Override
    public void malformed() {
        cut(new IOException("not a RESP reply"));
    }

    @Override
    public boolean open() {
        return link != null;
    }

    // ---- the connection

    /** Connects if that was not begun yet. */
    public void connect() {
        if (state instanceof ChannelState.Idle idle) {
            connect(idle.connect(0));
        }
    }

    private void connect(ChannelState.Connecting connecting) {
        state = connecting;
        InboundBuffer inbound = new InboundBuffer(worker);
        Link opening = new Link(this, connector.encrypted(), inbound);
        link = opening;
        worker.counters().upstreamConnects++;
        connector.connect(key.node(), worker.loop(), inbound, opening, cause -> lost(opening, cause));
    }

    /** Whether {@code connection} is the one in use. */
    boolean uses(Link connection) {
        return link == connection;
    }

    /** The node has taken in what was sent. */
    void caughtUp() {
        if (onWritable != null) {
            onWritable.run();
        }
    }

    void connected(ChannelHandlerContext context) {
        ctx = context;
        if (!(state instanceof ChannelState.Connecting connecting)) {
            throw illegalState("connected");
        }
        state = connecting.connected(context.channel());
        ByteBuf greeting = worker.scratch();
        greetings = Greeting.write(greeting, key, connector.settings());
        if (greetings == 0) {
            becomeReady();
        } else {
            context.writeAndFlush(context.alloc().buffer(greeting.readableBytes()).writeBytes(greeting),
                    context.voidPromise());
            limitGreeting(link);
        }
    }

    /** A node that hangs takes connections all the same: the system does it for it. */
    private void limitGreeting(@Nullable Link greeted) {
        worker.loop().schedule(() -> {
            if (greeted != null && link == greeted && state instanceof ChannelState.Greeting) {
                lost(greeted, new ConnectTimeoutException("no answer to the greeting"));
            }
        }, connector.settings().connectTimeout().toMillis(), TimeUnit.MILLISECONDS);
    }

    private void onGreetingReply(ByteBuf buffer, int start, int end) {
        if (buffer.getByte(start) == '-') {
            cut(new IOException(buffer.toString(start + 1, end - start - 3, StandardCharsets.UTF_8)));
        } else if (--greetings == 0) {
            becomeReady();
        }
    }

    private void becomeReady() {
        if (!(state instanceof ChannelState.Greeting greeting)) {
            throw illegalState("accepted");
        }
        state = greeting.accepted();
        ready = true;
        worker.counters().upstreamReady++;
        events.onReady(this);
        if (pushes != null) {
            pushes.onReady();
        }
        settled();
    }

    private void settled() {
        Runnable listener = whenSettled;
        whenSettled = null;
        if (listener != null) {
            listener.run();
        }
    }

    /** Calls {@code listener} once, when the connection under way is {@link #ready} or has failed. */
    void whenSettled(Runnable listener) {
        whenSettled = listener;
    }

    /** Ends this connection because nothing that comes over it can be trusted; another one is made if it is wanted. */
    public void cut(Throwable cause) {
        if (link != null) {
            lost(link, cause);
        }
    }

    void lost(Link lost, Throwable cause) {
        if (link != lost) {
            return;
        }
        ChannelState.Waiting next = switch (state) {
            case ChannelState.Connecting connecting -> connecting.failed();
            case ChannelState.Greeting greeting -> greeting.lost();
            case ChannelState.Ready isReady -> isReady.lost();
            default -> throw illegalState("lost");
        };
        link = null;
        ChannelHandlerContext old = ctx;
        ctx = null;
        greetings = 0;
        outgoing.reset();
        if (!closing) {
            worker.counters().upstreamFailures++;
        }
        loadedScripts.clear();
        if (ready) {
            ready = false;
            worker.counters().upstreamReady--;
        }
        state = next;
        // Who waits for this connection; not who gets the channel while commands are handed back, and waits for the next.
        Runnable listener = whenSettled;
        whenSettled = null;
        log.atLevel(wanted ? Level.INFO : Level.DEBUG).addKeyValue("node", key.node()).addKeyValue("lane", key.lane())
                .addKeyValue("inFlight", inFlight.size())
                .log("Channel to node lost: {}", cause.toString());
        if (old != null) {
            old.close();
        }
        handBack(lost);
        if (!closing) {
            events.onUnavailable(this, cause);
        }
        if (pushes != null) {
            pushes.onLost();
        }
        if (listener != null) {
            listener.run();
        }
        retryAfterPause(next);
    }

    private void handBack(Link lost) {
        boolean cutOff = lost.inParts();
        Pending pending;
        while ((pending = inFlight.poll()) != null) {
            if (cutOff) {
                pending.releaseRequest(worker);
                pending.requester.onReplyCut(pending);
                cutOff = false;
            } else {
                events.onLost(this, pending, inFlight.wasFlushed(pending));
            }
        }
    }

    private void retryAfterPause(ChannelState.Waiting waitingState) {
        if (!wanted) {
            giveUp();
            return;
        }
        worker.loop().schedule(() -> {
            if (state == waitingState) {
                if (wanted) {
                    connect(waitingState.again());
                } else {
                    giveUp();
                }
            }
        }, connector.pauseMillis(waitingState.attempt()), TimeUnit.MILLISECONDS);
    }

    private void giveUp() {
        state = ChannelState.IDLE;
        settled();
    }

    /** Whether to connect again after a loss: false once its node left the cluster, or its lane has no use for it. */
    public void wanted(boolean wanted) {
        this.wanted = wanted;
        if (!wanted && inFlight.size() == 0 && link != null && ready) {
            close();
            state = ChannelState.IDLE;
        }
    }

    /** Closes the connection for good; commands that were not answered are handed to {@link UpstreamEvents#onLost}. */
    public void close() {
        wanted = false;
        Link open = link;
        if (open != null) {
            lost(open, new IOException("closed"));
        }
        state = ChannelState.CLOSED;
    }

    /** Closes the connection for good because nobody has a use for it: that tells nothing of the node. */
    void discard() {
        closing = true;
        close();
    }

    private IllegalStateException illegalState(String event) {
        return new IllegalStateException(key + ": " + event + " while " + state);
    }
}
