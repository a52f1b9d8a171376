package io.slotgate.proxy.fanout;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.slotgate.proxy.resp.ReplyWriter;
import io.slotgate.proxy.upstream.Pending;
import io.slotgate.proxy.upstream.PendingPool;
import io.slotgate.proxy.upstream.Requester;
import io.slotgate.proxy.worker.Worker;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * One command under way to all primaries, in rounds: the next begins when all have answered the one before, until the
 * {@link Recount} is settled. An error of a round is the reply. Confined to its worker.
 */
final class RepeatedBroadcast implements Requester {
    private static final ByteBuf NOBODY_ASKS = Unpooled.unreleasableBuffer(
            Unpooled.copiedBuffer("-ERR the client has left\r\n", StandardCharsets.US_ASCII).asReadOnly());

    private final Broadcast broadcast;
    private final Worker worker;
    private final PendingPool pendings;
    private final Pending whole;
    private final Recount recount;
    private long kept;

    /** @param whole the client's command, whose bytes are kept */
    RepeatedBroadcast(Broadcast broadcast, Worker worker, PendingPool pendings, Pending whole, Recount recount) {
        this.broadcast = broadcast;
        this.worker = worker;
        this.pendings = pendings;
        this.whole = whole;
        this.recount = recount;
    }

    void next() {
        Pending round = pendings.take(this, whole.spec(), whole.protocol(), Pending.NO_SLOT);
        if (!broadcast.round(round, whole.request(), recount)) {
            ByteBuf error = worker.scratch();
            ReplyWriter.error(error, "CLUSTERDOWN no primary is known");
            onReply(round, error, 0, error.writerIndex());
        }
    }

    @Override
    public void onReply(Pending round, ByteBuf buffer, int start, int end) {
        PendingPool.recycle(round);
        boolean again = !whole.abandoned() && !recount.settled() && buffer.getByte(start) != '-';
        keep(again ? recount.bytes() : 0);
        if (again) {
            if (recount.pauseMillis() == 0) {
                next();
            } else {
                worker.loop().schedule(this::resume, recount.pauseMillis(), TimeUnit.MILLISECONDS);
            }
            return;
        }
        end(buffer, start, end);
    }

    /** After a pause, in which everything may have been closed that another round would go through. */
    private void resume() {
        if (whole.abandoned()) {
            keep(0);
            end(NOBODY_ASKS, 0, NOBODY_ASKS.writerIndex());
        } else {
            next();
        }
    }

    private void end(ByteBuf reply, int start, int end) {
        recount.close();
        whole.releaseRequest(worker);
        whole.requester().onReply(whole, reply, start, end);
    }

    /** Counts what waits for the next round among the replies that wait for other parts, which has a bound. */
    private void keep(long bytes) {
        broadcast.gathered(bytes - kept);
        kept = bytes;
    }

    @Override
    public void onDetour(Pending round) {
        whole.requester().onDetour(whole);
    }
}
