package io.slotgate.proxy.redirect;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.slotgate.proxy.resp.ReplyWriter;
import io.slotgate.proxy.upstream.Batch;
import io.slotgate.proxy.upstream.Pending;
import io.slotgate.proxy.upstream.UpstreamChannel;
import io.slotgate.proxy.worker.Worker;
import java.nio.charset.StandardCharsets;

/**
 * Decides what becomes of a transaction whose EXEC a node answered with an error, which proves that none of it ran:
 *
 * <pre>
 *   a command was redirected when it was queued, or EXEC was     all of it again, where it belongs
 *   the same, and keys were watched                              the null reply, as of a conflict: nobody watched them there
 *   refused for a reason of its own                              EXECABORT with that reason
 *   MULTI itself was refused                                     UNCERTAIN: its commands ran one by one, as far as they could
 * </pre>
 *
 * Confined to its worker.
 */
final class RefusedBatches {
    /** How the server wraps the reason why EXEC itself was refused. */
    private static final String ABORTED = "EXECABORT Transaction discarded because of: ";

    private final Redirects redirects;
    private final Worker worker;

    RefusedBatches(Redirects redirects, Worker worker) {
        this.redirects = redirects;
        this.worker = worker;
    }

    /** EXEC was answered by the error {@code start} to {@code end}; false if that is what the client must see. */
    boolean onError(UpstreamChannel channel, Pending pending, Batch batch, ByteBuf buffer, int start, int end) {
        ByteBuf refusal = batch.refusal();
        if (batch.notBegun() && refusal != null) {
            uncertain(pending, refusal);
            return true;
        }
        if (refusal != null) {
            if (!follow(channel, pending, batch, refusal, 0, refusal.writerIndex())) {
                abort(pending, refusal);
            }
            return true;
        }
        int reason = wrapped(buffer, start, end) ? start + ABORTED.length() : start;
        return follow(channel, pending, batch, buffer, reason, end);
    }

    private boolean follow(UpstreamChannel channel, Pending pending, Batch batch, ByteBuf buffer, int start, int end) {
        if (!batch.guarded()) {
            return redirects.act(channel, pending, buffer, start, end);
        }
        if (redirects.learn(channel, buffer, start, end) instanceof ErrorReply.Answer) {
            return false;
        }
        conflict(pending);
        return true;
    }

    private static boolean wrapped(ByteBuf buffer, int start, int end) {
        return end - start > ABORTED.length() + 3
                && buffer.toString(start + 1, ABORTED.length(), StandardCharsets.ISO_8859_1).equals(ABORTED);
    }

    /** Answers as EXEC does when a watched key was touched. */
    void conflict(Pending pending) {
        worker.counters().conflicts++;
        ByteBuf reply = worker.scratch();
        ByteBufUtil.writeAscii(reply, pending.protocol() < 3 ? "*-1\r\n" : "_\r\n");
        pending.answer(worker, reply);
    }

    private void abort(Pending pending, ByteBuf refusal) {
        ByteBuf reply = worker.scratch();
        ReplyWriter.error(reply, ABORTED + text(refusal));
        pending.answer(worker, reply);
    }

    private void uncertain(Pending pending, ByteBuf refusal) {
        worker.counters().uncertain++;
        ByteBuf reply = worker.scratch();
        ReplyWriter.error(reply, "UNCERTAIN the node refused MULTI (" + text(refusal)
                + "): commands of the transaction may have been executed one by one");
        pending.answer(worker, reply);
    }

    private static String text(ByteBuf refusal) {
        return refusal.toString(1, refusal.writerIndex() - 3, StandardCharsets.ISO_8859_1);
    }
}
