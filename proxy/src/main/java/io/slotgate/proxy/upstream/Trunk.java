package io.slotgate.proxy.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.slotgate.proxy.upstream.TrunkRoom.TrunkKey;
import io.slotgate.proxy.worker.Flushable;
import io.slotgate.proxy.worker.InboundBuffer;
import io.slotgate.proxy.worker.Worker;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A connection to a node that channels of several workers share. What one of them sends in one go stays together; replies go back
 * in the order of sending, as the bytes they are: who asked, what an error means and what is large is for the channels.
 *
 * <pre>
 *   send(a, 2 commands) ─┐                       due: a 2, b 1, a 1
 *   send(b, 1 command)  ─┼─ flush once a turn ─> node
 *   send(a, 1 command)  ─┘                       first two replies are a's, the next b's …
 * </pre>
 *
 * Confined to its worker.
 */
final class Trunk implements Flushable, ReplyReader.Sink {
    /**
     * <pre>
     *   Connecting ──> Open ──> Ended
     *       └─────────────────────^
     * </pre>
     */
    private sealed interface State {
        record Connecting() implements State {
            Open connected(ChannelHandlerContext ctx) {
                return new Open(ctx);
            }
        }

        record Open(ChannelHandlerContext ctx) implements State {
            /** Whether bytes were sent that the node's side has not taken. */
            boolean hasUnwritten() {
                ctx.flush();
                ChannelOutboundBuffer waiting = ctx.channel().unsafe().outboundBuffer();
                return waiting != null && waiting.totalPendingWriteBytes() > 0;
            }
        }

        record Ended() implements State {}
    }

    /** Replies that come next, all to the same channel. */
    private static final class Due {
        private final Branch branch;
        private int replies;

        Due(Branch branch, int replies) {
            this.branch = branch;
            this.replies = replies;
        }
    }

    private final TrunkRoom room;
    private final TrunkKey key;
    private final Worker worker;
    private final Connector connector;
    private final Set<Branch> branches = new LinkedHashSet<>();
    private final ArrayDeque<Due> due = new ArrayDeque<>();
    private final List<Branch> answered = new ArrayList<>();
    private State state = new State.Connecting();
    private boolean dirty;
    private boolean paused;

    Trunk(TrunkRoom room, TrunkKey key, Connector connector) {
        this.room = room;
        this.key = key;
        this.worker = room.worker();
        this.connector = connector;
    }

    TrunkKey key() {
        return key;
    }

    ByteBufAllocator allocator() {
        return worker.allocator();
    }

    // ---- the channels that share it

    void attach(Branch branch) {
        branch.attachedTo(this);
        branches.add(branch);
        if (state instanceof State.Open) {
            branch.connected();
        }
    }

    /**
     * A channel was closed. If it did not wait for what is due to it, it does not believe in the connection: no further one is to
     * share it then, but those that do are left in peace, for they may wait for a slow command. But what is not even written must
     * never be, for the channel may have told that it was lost: then it ends for all.
     */
    void detach(Branch branch) {
        branches.remove(branch);
        if (branch.due() > 0 && state instanceof State.Open open) {
            room.retired(this);
            if (open.hasUnwritten()) {
                lost(new IOException("the node takes nothing, and a worker gave it up"));
            }
        }
        if (branches.isEmpty()) {
            lost(new IOException("nobody uses it"));
        } else {
            resume();
        }
    }

    /** Sends whole commands behind those that were sent; takes over the references. */
    void send(Branch branch, List<ByteBuf> parts, int replies) {
        if (!(state instanceof State.Open open)) {
            parts.forEach(ByteBuf::release);
            return;
        }
        for (ByteBuf part : parts) {
            open.ctx().write(part, open.ctx().voidPromise());
        }
        Due last = due.peekLast();
        if (last != null && last.branch == branch) {
            last.replies += replies;
        } else {
            due.add(new Due(branch, replies));
        }
        if (!dirty) {
            dirty = true;
            worker.turn().flushNode(this);
        }
    }

    @Override
    public void flushTurn() {
        dirty = false;
        if (state instanceof State.Open open) {
            open.ctx().flush();
        }
    }

    @Override
    public void failed(Throwable cause) {
        lost(cause);
    }

    // ---- replies

    @Override
    public void reply(ByteBuf buffer, int start, int end) {
        // What a node pushes on such a channel is nobody's.
        if (buffer.getByte(start) != '>') {
            part(buffer, start, end, true);
        }
    }

    @Override
    public boolean takesParts(long size) {
        return !due.isEmpty();
    }

    @Override
    public void part(ByteBuf buffer, int start, int end, boolean last) {
        Due head = due.peek();
        if (head == null) {
            lost(new IOException("a reply that nobody asked for"));
            return;
        }
        if (head.branch.put(buffer, start, end)) {
            answered.add(head.branch);
        }
        if (last) {
            head.branch.answered();
            if (--head.replies == 0) {
                due.poll();
            }
        }
    }

    @Override
    public void malformed() {
        lost(new IOException("not a RESP reply"));
    }

    @Override
    public boolean open() {
        return state instanceof State.Open;
    }

    /** All is read that was there: each worker gets its replies in one piece. */
    void readComplete() {
        for (Branch branch : answered) {
            if (branch.passOn()) {
                pause();
            }
        }
        answered.clear();
    }

    private void pause() {
        if (!paused && state instanceof State.Open open) {
            paused = true;
            worker.counters().handoffPauses++;
            open.ctx().channel().config().setAutoRead(false);
            // A worker may have caught up meanwhile, before anybody knew that it would matter.
            resume();
        }
    }

    /** Reads on if all workers have taken what they were given. */
    void resume() {
        if (paused && state instanceof State.Open open && branches.stream().allMatch(Branch::hasRoom)) {
            paused = false;
            open.ctx().channel().config().setAutoRead(true);
        }
    }

    // ---- the connection

    void connect() {
        InboundBuffer inbound = new InboundBuffer(worker);
        connector.dial(key.channel().node(), worker.loop(), inbound.receiveBuffers(),
                new TrunkLink(this, connector.speaksTls(), inbound),
                this::lost);
    }

    void connected(ChannelHandlerContext ctx) {
        if (state instanceof State.Connecting connecting) {
            state = connecting.connected(ctx);
            branches.forEach(Branch::connected);
        } else {
            ctx.close();
        }
    }

    /** The connection is gone, or never was: so are the channels that share it. */
    void lost(Throwable cause) {
        if (state instanceof State.Ended) {
            return;
        }
        State before = state;
        state = new State.Ended();
        room.ended(this);
        due.clear();
        answered.clear();
        branches.forEach(branch -> branch.lost(cause));
        branches.clear();
        if (before instanceof State.Open open) {
            open.ctx().close();
        }
    }
}
