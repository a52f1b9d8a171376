package io.slotgate.proxy.fanout;

import io.netty.buffer.ByteBuf;
import io.slotgate.proxy.resp.ReplyWriter;
import io.slotgate.proxy.upstream.LargeReply;
import io.slotgate.proxy.upstream.Pending;
import io.slotgate.proxy.upstream.PendingPool;
import io.slotgate.proxy.upstream.Requester;
import io.slotgate.proxy.upstream.UpstreamChannel;
import io.slotgate.proxy.worker.Worker;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One command under way in several parts. Gathers the parts' replies; when the last is there, makes one of them and gives it
 * to whoever sent the command. If a part failed, its error is the reply: never a reply that lacks a part.
 *
 * <p>Pooled by {@link FanOuts}; confined to its worker.
 */
public final class FanOut implements Requester {
    private static final Logger log = LoggerFactory.getLogger(FanOut.class);
    private static final int USUAL_PARTS = 16;
    private static final int MOST_KEPT = 1024;

    private final FanOuts pool;
    private final Worker worker;
    private @Nullable Pending whole;
    private Merge merge = Merge.FIRST;
    private @Nullable Pending[] parts = new @Nullable Pending[USUAL_PARTS];
    private int count;
    private int missing;
    private boolean complete;
    private long gathered;
    private int[] partOfKey = new int[USUAL_PARTS];
    private int keys;
    private final ElementCursors elements = new ElementCursors(this);

    FanOut(FanOuts pool, Worker worker) {
        this.pool = pool;
        this.worker = worker;
    }

    void begin(Pending whole, Merge merge) {
        this.whole = whole;
        this.merge = merge;
        this.count = 0;
        this.missing = 0;
        this.gathered = 0;
        this.keys = 0;
        this.complete = false;
    }

    /** Notes that the next key of the command, in order, is in a certain part. */
    void key(int part) {
        if (keys == partOfKey.length) {
            partOfKey = Arrays.copyOf(partOfKey, keys * 2);
        }
        partOfKey[keys++] = part;
    }

    /** One more part is about to be sent. */
    void add(Pending part) {
        if (count == parts.length) {
            parts = Arrays.copyOf(parts, count * 2);
        }
        part.part(count);
        parts[count++] = part;
        missing++;
    }

    /** All parts were added: from now on the last reply completes it. */
    void added() {
        complete = true;
        finishIfComplete();
    }

    @Override
    public void onReply(Pending part, ByteBuf buffer, int start, int end) {
        if (isTooLarge(end - start)) {
            tooLarge(part);
        } else {
            gather(part, buffer, start, end);
        }
    }

    private void gather(Pending part, ByteBuf buffer, int start, int end) {
        gathered += end - start;
        pool.gathered(end - start);
        part.stashReply(worker.stash(), buffer, start, end);
        missing--;
        finishIfComplete();
    }

    private void finishIfComplete() {
        if (missing > 0 || !complete || whole == null) {
            return;
        }
        Pending whole = this.whole;
        ByteBuf reply = gathered < ReplySize.SMALL
                ? worker.scratch()
                : worker.allocator().directBuffer((int) gathered + 32);
        int failed = merge.takesErrors() ? -1 : firstFailure();
        if (failed >= 0) {
            Pending part = part(failed);
            reply.writeBytes(part.reply().buffer(), part.reply().offset(), part.reply().length());
        } else {
            merge(reply);
        }
        for (int i = 0; i < count; i++) {
            PendingPool.recycle(part(i));
            parts[i] = null;
        }
        this.whole = null;
        pool.gathered(-gathered);
        boolean own = gathered >= ReplySize.SMALL;
        pool.give(this);
        whole.requester().onReply(whole, reply, 0, reply.writerIndex());
        if (own) {
            reply.release();
        }
    }

    private void merge(ByteBuf reply) {
        try {
            merge.merge(this, reply);
        } catch (RuntimeException e) {
            log.atDebug().setCause(e).log("Replies of nodes can't be merged");
            reply.clear();
            ReplyWriter.error(reply, "ERR a node's reply is not what the command should have: " + e.getMessage());
        }
    }

    private int firstFailure() {
        for (int i = 0; i < count; i++) {
            Pending part = part(i);
            if (part.reply().buffer().getByte(part.reply().offset()) == '-') {
                return i;
            }
        }
        return -1;
    }

    @Override
    public LargeReply onLargeReply(Pending part, UpstreamChannel from, long size) {
        // A merge needs its parts whole; what can't be held is told as an error when it has passed.
        return isTooLarge(size) ? LargeReply.IN_PARTS : LargeReply.GATHER;
    }

    private boolean isTooLarge(long size) {
        return gathered + size > pool.largestMerge() || !pool.hasRoomFor(size);
    }

    @Override
    public void onReplyPart(Pending part, ByteBuf buffer, int start, int end, boolean last) {
        if (last) {
            tooLarge(part);
        }
    }

    private void tooLarge(Pending part) {
        ByteBuf error = worker.scratch();
        ReplyWriter.error(error, "ERR the replies to be merged are larger than " + pool.largestMerge()
                + " bytes (limits.output-bytes), or take more than is left to all (limits.output-bytes-per-worker):"
                + " ask for fewer keys at a time");
        gather(part, error, 0, error.writerIndex());
    }

    @Override
    public void onReplyCut(Pending part) {
        ByteBuf error = worker.scratch();
        ReplyWriter.error(error, "UNCERTAIN the connection was lost within the reply: the command was executed");
        onReply(part, error, 0, error.writerIndex());
    }

    @Override
    public void onDetour(Pending part) {
        if (whole != null) {
            whole.requester().onDetour(whole);
        }
    }

    @Override
    public boolean onPartlyMoved(Pending part) {
        return pool.splitter().splitByKey(part);
    }

    Pending part(int i) {
        Pending part = parts[i];
        if (part == null) {
            throw new IllegalStateException("part " + i + " of " + count + " is not there");
        }
        return part;
    }

    /** The parts' arrays, each from its first element on. */
    ElementCursors elements() {
        return elements.rewind();
    }

    /** Whether it has grown so large that it is not to be kept for the next command. */
    boolean overgrown() {
        return parts.length > MOST_KEPT || partOfKey.length > MOST_KEPT;
    }

    int count() {
        return count;
    }

    int keys() {
        return keys;
    }

    int partOfKey(int key) {
        return partOfKey[key];
    }
}
