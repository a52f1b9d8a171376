package io.slotgate.proxy.session;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.ScheduledFuture;
import io.slotgate.proxy.resp.ReplyWriter;
import io.slotgate.proxy.upstream.Discarder;
import io.slotgate.proxy.upstream.Leases;
import io.slotgate.proxy.upstream.Pending;
import io.slotgate.proxy.upstream.UpstreamChannel;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Has a node end the wait of a lease by CLIENT UNBLOCK on another connection, by which, unlike by closing the lease, nothing
 * can get lost: the node has either given an element away before, and it comes, or gives none away any more.
 *
 * <pre>
 *   shared channel   ── CLIENT UNBLOCK id ──> node     again and again until the lease has its reply: the command that
 *   lease            <── an element, or the end ──     blocks may come to the node after this one
 * </pre>
 *
 * Goes by the proxy's own channels, for the user may not be allowed to. Confined to its worker.
 */
final class Unblocking {
    private static final long FIRST_PAUSE_MILLIS = 10;
    private static final long LONGEST_PAUSE_MILLIS = 640;
    /** Some two seconds. */
    private static final int MANY = 9;

    private final SessionRoom room;
    private final UpstreamChannel lease;
    private final Leases leases;
    private final boolean asError;
    private final Runnable inVain;
    private int attempts;
    private boolean over;
    private @Nullable ScheduledFuture<?> timer;

    /**
     * @param leases where it is from, and what the node calls it is known, or will be
     * @param asError whether the lease is to be answered an error, instead of what it is answered when its time is over
     * @param inVain called once if it takes long, or forever because it is not allowed; it is still tried then
     */
    Unblocking(SessionRoom room, UpstreamChannel lease, Leases leases, boolean asError, Runnable inVain) {
        this.room = room;
        this.lease = lease;
        this.leases = leases;
        this.asError = asError;
        this.inVain = inVain;
    }

    /** Whether an error of a node is what it answers who was unblocked this way. */
    static boolean ended(ByteBuf buffer, int start, int end) {
        return buffer.toString(start + 1, end - 2 - (start + 1), StandardCharsets.UTF_8).equals(Block.UNBLOCKED);
    }

    boolean asError() {
        return asError;
    }

    void begin() {
        timer = null;
        long millis = Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << Math.min(attempts, 8));
        if (++attempts == MANY) {
            inVain.run();
        }
        if (over) {
            return;
        }
        UpstreamChannel channel = Objects.requireNonNull(room.ours(0)).upstreams().to(lease.key().node(), 2);
        long id = leases.id(lease);
        if (!channel.ready()) {
            channel.connect();
        } else if (id > 0) {
            send(channel, id);
        }
        timer = room.worker().loop().schedule(this::begin, millis, TimeUnit.MILLISECONDS);
    }

    private void send(UpstreamChannel channel, long id) {
        // Nobody's, so that it is never sent again: another node has clients with the same ids. What it says of success comes
        // sooner by the lease.
        Pending pending = room.pendings().take(Discarder.INSTANCE, null, 2, Pending.NO_SLOT);
        ByteBuf out = channel.compose(96);
        int start = out.writerIndex();
        ReplyWriter.array(out, 4);
        ReplyWriter.bulk(out, "CLIENT");
        ReplyWriter.bulk(out, "UNBLOCK");
        ReplyWriter.bulk(out, Long.toString(id));
        ReplyWriter.bulk(out, asError ? "ERROR" : "TIMEOUT");
        channel.sendComposed(pending, start);
    }

    /** Nobody waits any more. */
    void stop() {
        over = true;
        if (timer != null) {
            timer.cancel(false);
        }
    }
}
