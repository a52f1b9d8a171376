package io.slotgate.proxy.session;

import io.netty.buffer.ByteBuf;
import io.slotgate.proxy.command.CommandSpec;
import io.slotgate.proxy.command.SlotHash;
import io.slotgate.proxy.redirect.ErrorReply;
import io.slotgate.proxy.resp.ReplyWriter;
import io.slotgate.proxy.upstream.LeaseUser;
import io.slotgate.proxy.upstream.Leases;
import io.slotgate.proxy.upstream.Pending;
import io.slotgate.proxy.upstream.PendingPool;
import io.slotgate.proxy.upstream.UpstreamChannel;
import io.slotgate.topology.model.HostPort;
import io.slotgate.topology.model.Node;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * WAIT and WAITAOF: on a lease to every primary, since the session's writes went to any of them; the answer is the least that
 * one of them gives.
 *
 * <p>A server waits for the last write of the connection that asks, and the session's writes came by others. So each lease first
 * writes itself: a key that no client can see, set and deleted in one transaction. What the session had written was answered
 * before, so it is older, and replicas that have this have that.
 *
 * <p>A primary that is lost meanwhile counts as one without replicas: what it had acknowledged may be gone. Confined to its
 * worker.
 *
 * @see <a href="https://valkey.io/commands/wait/">WAIT</a>
 */
final class ReplicaWait implements Block {
    private static final int REPLIES = 5;
    private static final int MOST_ATTEMPTS = 8;
    private static final int MOST_TAGS = 1 << 20;

    private final Session session;
    private final SessionRoom room;
    private final UserPlane plane;
    private final CommandSpec spec;
    private final Pending whole;
    private final TimedCommand command;
    private final List<Part> parts = new ArrayList<>();
    private int open;
    private long least = Long.MAX_VALUE;
    /** WAITAOF: the second figure. */
    private long leastOfReplicas = Long.MAX_VALUE;
    private boolean over;

    /** @param whole what the session's queue has for it; takes over {@code command} */
    ReplicaWait(Session session, SessionRoom room, UserPlane plane, CommandSpec spec, Pending whole,
            TimedCommand command) {
        this.session = session;
        this.room = room;
        this.plane = plane;
        this.spec = spec;
        this.whole = whole;
        this.command = command;
    }

    void begin() {
        for (HostPort primary : plane.upstreams().primaries()) {
            parts.add(new Part(primary));
        }
        open = parts.size();
        if (parts.isEmpty()) {
            fail("CLUSTERDOWN no primary is known");
        }
        for (Part part : parts) {
            if (!over) {
                part.begin();
            }
        }
    }

    private boolean pairs() {
        return spec.name().equals("waitaof");
    }

    private void counted(long first, long second) {
        least = Math.min(least, first);
        leastOfReplicas = Math.min(leastOfReplicas, second);
        if (--open == 0) {
            over();
            reply();
        }
    }

    /** The figure, or 0 if no primary had any. */
    private static long known(long figure) {
        return figure == Long.MAX_VALUE ? 0 : figure;
    }

    private void reply() {
        ByteBuf reply = room.worker().scratch();
        if (pairs()) {
            ReplyWriter.array(reply, 2);
            ReplyWriter.integer(reply, known(least));
            ReplyWriter.integer(reply, known(leastOfReplicas));
        } else {
            ReplyWriter.integer(reply, known(least));
        }
        whole.requester().onReply(whole, reply, 0, reply.writerIndex());
    }

    private void fail(String error) {
        if (over) {
            return;
        }
        abort();
        ByteBuf reply = room.worker().scratch();
        ReplyWriter.error(reply, error);
        whole.requester().onReply(whole, reply, 0, reply.writerIndex());
    }

    private void over() {
        over = true;
        session.intake().blocks(null);
        command.release();
    }

    @Override
    public void abort() {
        if (!over) {
            over();
            parts.forEach(Part::abort);
        }
    }

    @Override
    public boolean inputEnded() {
        abort();
        return true;
    }

    @Override
    public void unblock(boolean error) {
        if (error) {
            fail(UNBLOCKED);
            return;
        }
        abort();
        least = 0;
        leastOfReplicas = 0;
        reply();
    }

    /** The wait at one primary. */
    private final class Part implements LeaseUser, Leases.Borrower {
        private final HostPort primary;
        private Leases.@Nullable Wish wish;
        private @Nullable UpstreamChannel lease;
        private int replies;
        private int attempts;

        Part(HostPort primary) {
            this.primary = primary;
        }

        void begin() {
            wish = plane.leases().acquire(primary, whole.protocol(), this);
        }

        @Override
        public void granted(UpstreamChannel granted) {
            lease = granted;
            String key = keyOf(primary);
            if (key == null) {
                // It owns no slot any more: nothing of the session is left with it.
                done(Long.MAX_VALUE, Long.MAX_VALUE);
                return;
            }
            ByteBuf write = room.worker().allocator().directBuffer();
            words(write, "MULTI");
            words(write, "SET", key, "");
            words(write, "DEL", key);
            words(write, "EXEC");
            granted.sendPart(write);
            granted.sendPart(command.toSend(room.worker().allocator()));
            for (int i = 0; i < REPLIES; i++) {
                granted.expectReply(room.pendings().take(this, spec, whole.protocol(), Pending.NO_SLOT));
            }
        }

        private void words(ByteBuf out, String... words) {
            ReplyWriter.array(out, words.length);
            for (String word : words) {
                ReplyWriter.bulk(out, word);
            }
        }

        /** A key of one of the node's slots. */
        private @Nullable String keyOf(HostPort node) {
            int random = ThreadLocalRandom.current().nextInt();
            for (int i = 0; i < MOST_TAGS; i++) {
                String key = "slotgate:wait:" + Integer.toHexString(random + i);
                Node owner = plane.upstreams().map().primary(SlotHash.slot(key));
                if (owner != null && owner.address().equals(node)) {
                    return key;
                }
            }
            return null;
        }

        @Override
        public void refused(Leases.Refused reason) {
            switch (reason) {
                case TOO_MANY -> fail(Leases.TOO_MANY);
                case UNREACHABLE -> done(0, 0);
            }
        }

        @Override
        public void onReply(Pending pending, ByteBuf buffer, int start, int end) {
            PendingPool.recycle(pending);
            if (over || lease == null) {
                return;
            }
            replies++;
            if (buffer.getByte(start) == '-') {
                onError(lease, buffer, start, end);
            } else if (replies == REPLIES) {
                onCount(buffer.toString(start, end - start, StandardCharsets.US_ASCII));
            }
        }

        private void onError(UpstreamChannel from, ByteBuf buffer, int start, int end) {
            ErrorReply error = plane.redirects().learn(from, buffer, start, end);
            if (error instanceof ErrorReply.Answer) {
                fail(buffer.toString(start + 1, end - start - 3, StandardCharsets.ISO_8859_1));
                return;
            }
            abort();
            if (!(error instanceof ErrorReply.NotNow) && ++attempts < MOST_ATTEMPTS) {
                // The slot is on its way: another one of the same node will do.
                command.sent();
                replies = 0;
                begin();
            } else {
                // No primary any more: whether its replicas have everything can't be told.
                done(0, 0);
            }
        }

        private void onCount(String reply) {
            String[] lines = reply.split("\r\n", -1);
            int first = pairs() ? 1 : 0;
            long one = Long.parseLong(lines[first].substring(1));
            done(one, pairs() ? Long.parseLong(lines[first + 1].substring(1)) : 0);
        }

        private void done(long first, long second) {
            UpstreamChannel used = lease;
            lease = null;
            if (used != null) {
                plane.leases().release(used);
            }
            counted(first, second);
        }

        void abort() {
            UpstreamChannel used = lease;
            lease = null;
            if (used != null) {
                plane.leases().discard(used);
            } else if (wish != null) {
                wish.cancel();
            }
        }

        @Override
        public void onLeaseLost(Pending pending, boolean sent) {
            PendingPool.recycle(pending);
            if (!over && lease != null) {
                lease = null;
                counted(0, 0);
            }
        }
    }
}
