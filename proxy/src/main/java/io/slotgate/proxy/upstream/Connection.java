package io.slotgate.proxy.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ConnectTimeoutException;
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
 * A channel's connection to its node: made when it is first needed, greeted, closed, and made again, with growing pauses, as long
 * as the node is wanted. What is sent over it, and what comes back, is its {@link Owner}'s. {@link ChannelState} draws where
 * it stands; each attempt has a {@link Link} of its own. Confined to its worker's event loop.
 */
final class Connection {
    /** Who uses a connection. */
    interface Owner {
        /** Who gets the replies; until the connection is {@link #ready} they are to be passed to {@link #greeted}. */
        ReplyReader.Sink replies();

        /**
         * Commands can be sent.
         *
         * @param now {@link System#nanoTime}
         */
        void onReady(ChannelHandlerContext context, long now);

        /**
         * The connection was lost, or could not be made: nothing can be sent until it is ready again.
         *
         * @param withinReply whether a reply was cut off of which parts had been handed over
         */
        void onLost(Throwable cause, boolean withinReply);

        /** Commands sent and not answered yet. */
        int waiting();
    }

    private static final Logger log = LoggerFactory.getLogger(Connection.class);

    private final ChannelKey key;
    private final Worker worker;
    private final Connector connector;
    private final Owner owner;

    private ChannelState state = ChannelState.IDLE;
    private @Nullable Link link;
    private boolean wanted = true;
    private boolean discarded;
    /** Replies to the greeting that are still to come. */
    private int greetings;
    /** Whether the greeting asks for a sign of life and nothing else: then any answer will do. */
    private boolean provesLife;
    private @Nullable Runnable whenSettled;
    private @Nullable Runnable onWritable;

    Connection(ChannelKey key, Worker worker, Connector connector, Owner owner) {
        this.key = key;
        this.worker = worker;
        this.connector = connector;
        this.owner = owner;
    }

    /** Where it stands. */
    ChannelState state() {
        return state;
    }

    /** Whether the node has accepted it. */
    boolean ready() {
        return state instanceof ChannelState.Ready;
    }

    /** Whether an attempt to connect is under way. */
    boolean connecting() {
        return state instanceof ChannelState.Connecting || state instanceof ChannelState.Greeting;
    }

    /** Whether it is ready and has been so since before {@code time}. */
    boolean readyBefore(long time) {
        return state instanceof ChannelState.Ready ready && ready.since() - time < 0;
    }

    /** Whether there is one, or one is being made. */
    boolean open() {
        return link != null;
    }

    /** Whether {@code connection} is the one in use. */
    boolean uses(Link connection) {
        return link == connection;
    }

    // ---- how it is made

    /** Connects if that was not begun yet. */
    void connect() {
        if (state instanceof ChannelState.Idle idle) {
            connect(idle.connect(0));
        }
    }

    private void connect(ChannelState.Connecting connecting) {
        state = connecting;
        InboundBuffer inbound = new InboundBuffer(worker);
        Link opening = new Link(this, connector.encrypted(key), new ReplyReader(inbound, owner.replies()),
                worker.observer().clock());
        link = opening;
        worker.counters().upstreamConnects++;
        connector.connect(key, worker, inbound.receiveBuffers(), opening, cause -> lost(opening, cause));
    }

    void connected(ChannelHandlerContext context) {
        if (!(state instanceof ChannelState.Connecting connecting)) {
            throw illegalState("connected");
        }
        state = connecting.connected(context);
        ByteBuf greeting = worker.scratch();
        greetings = Greeting.write(greeting, key, connector.settings(), connector.database());
        provesLife = greetings == 0 && connecting.attempt() > 0;
        if (provesLife) {
            greetings = Greeting.writePing(greeting);
        }
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

    /** The node answered what it was greeted with. */
    void greeted(ByteBuf buffer, int start, int end) {
        if (buffer.getByte(start) == '-' && !provesLife) {
            cut(new GreetingRefusedException(buffer.toString(start + 1, end - start - 3, StandardCharsets.UTF_8)));
        } else if (--greetings == 0) {
            becomeReady();
        }
    }

    private void becomeReady() {
        if (!(state instanceof ChannelState.Greeting greeting)) {
            throw illegalState("accepted");
        }
        long now = System.nanoTime();
        state = greeting.accepted(now);
        worker.counters().upstreamReady++;
        owner.onReady(greeting.context(), now);
        settled();
    }

    /** Calls {@code listener} once, when the attempt under way has succeeded or failed. */
    void whenSettled(Runnable listener) {
        whenSettled = listener;
    }

    private void settled() {
        Runnable listener = whenSettled;
        whenSettled = null;
        if (listener != null) {
            listener.run();
        }
    }

    // ---- how fast it is used

    /** Whether the node keeps up with what is sent. */
    boolean writable() {
        ChannelHandlerContext context = context();
        return context != null && context.channel().isWritable();
    }

    /** Called when the node has caught up; null: nobody waits for that. */
    void onWritable(@Nullable Runnable listener) {
        onWritable = listener;
    }

    /** The node has taken in what was sent. */
    void caughtUp() {
        if (onWritable != null) {
            onWritable.run();
        }
    }

    /** Stops or goes on reading what the node sends. */
    void reading(boolean reading) {
        ChannelHandlerContext context = context();
        if (context != null) {
            context.channel().config().setAutoRead(reading);
        }
    }

    private @Nullable ChannelHandlerContext context() {
        return switch (state) {
            case ChannelState.Greeting greeting -> greeting.context();
            case ChannelState.Ready ready -> ready.context();
            default -> null;
        };
    }

    // ---- how it ends

    /** Ends this connection because nothing that comes over it can be trusted; another one is made if it is wanted. */
    void cut(Throwable cause) {
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
            case ChannelState.Ready ready -> ready.lost();
            default -> throw illegalState("lost");
        };
        link = null;
        ChannelHandlerContext old = context();
        greetings = 0;
        if (!discarded) {
            worker.counters().upstreamFailures++;
        }
        if (ready()) {
            worker.counters().upstreamReady--;
        }
        state = next;
        // Who waits for this connection; not who gets the channel while commands are handed back, and waits for the next.
        Runnable listener = whenSettled;
        whenSettled = null;
        // How many are lost, with what was under way, and how long the node stays away, the history tells, in one line for all workers.
        boolean refused = cause instanceof GreetingRefusedException refusal && !refusal.passes();
        log.atLevel(refused && wanted && next.attempt() <= 1 ? Level.INFO : Level.DEBUG)
                .addKeyValue("node", key.node()).addKeyValue("lane", key.lane())
                .addKeyValue("inFlight", owner.waiting()).addKeyValue("cause", cause.toString())
                .log("Channel to node lost");
        if (old != null) {
            old.close();
        }
        owner.onLost(cause, lost.inParts());
        if (listener != null) {
            listener.run();
        }
        retryAfterPause(next);
    }

    private void retryAfterPause(ChannelState.Waiting waiting) {
        if (!wanted) {
            giveUp();
            return;
        }
        worker.loop().schedule(() -> {
            if (state == waiting) {
                if (wanted) {
                    connect(waiting.again());
                } else {
                    giveUp();
                }
            }
        }, connector.pauseMillis(waiting.attempt()), TimeUnit.MILLISECONDS);
    }

    private void giveUp() {
        state = ChannelState.IDLE;
        settled();
    }

    /** Whether it is to be made again after a loss: false once its node left the cluster, or its lane has no use for it. */
    void wanted(boolean wanted) {
        this.wanted = wanted;
        if (!wanted && owner.waiting() == 0 && ready()) {
            close();
            state = ChannelState.IDLE;
        }
    }

    boolean wanted() {
        return wanted;
    }

    /** Closes it for good. */
    void close() {
        wanted = false;
        Link open = link;
        if (open != null) {
            lost(open, new IOException("closed"));
        }
        state = ChannelState.CLOSED;
    }

    /** Closes it for good because nobody has a use for it: that tells nothing of the node. */
    void discard() {
        discarded = true;
        close();
    }

    /** Whether nobody has a use for it. */
    boolean discarded() {
        return discarded;
    }

    private IllegalStateException illegalState(String event) {
        return new IllegalStateException(key + ": " + event + " while " + state);
    }
}
