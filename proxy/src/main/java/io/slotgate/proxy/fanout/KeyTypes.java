package io.slotgate.proxy.fanout;

import io.netty.buffer.ByteBuf;
import io.slotgate.proxy.command.SlotHash;
import io.slotgate.proxy.resp.ReplyWriter;
import io.slotgate.proxy.upstream.Pending;
import io.slotgate.proxy.upstream.PendingPool;
import io.slotgate.proxy.upstream.Requester;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Asks for the type of each key of a page, wherever it is now, so as to leave out those of another type than asked for, and those
 * that have expired, which a list of keys still has. Confined to its worker.
 */
final class KeyTypes implements Requester {
    /** Keys under way at the same time. */
    private static final int AT_ONCE = 1000;

    /** Told once, in the end. */
    interface Outcome {
        void filtered(ScanPage page);

        /** A node's error, from its code on. */
        void failed(String error);
    }

    private final SlotScans room;
    private final Pending whole;
    private final ScanPage page;
    private final ListReads reads;
    private final Outcome outcome;
    private final ScanPage wanted = new ScanPage();
    private final boolean[] kept = new boolean[AT_ONCE];
    private int asked;
    private int firstAsked;
    private int missing;
    private int done;
    private @Nullable String error;

    KeyTypes(SlotScans room, Pending whole, ScanPage page, ListReads reads, Outcome outcome) {
        this.room = room;
        this.whole = whole;
        this.page = page;
        this.reads = reads;
        this.outcome = outcome;
    }

    void ask() {
        if (error != null) {
            outcome.failed(error);
            return;
        }
        if (done == page.count() || whole.abandoned()) {
            outcome.filtered(wanted);
            return;
        }
        int batch = Math.min(AT_ONCE, page.count() - done);
        missing = batch;
        int at = asked;
        firstAsked = at;
        done += batch;
        PartSender sender = room.sender();
        sender.reads(false, false);
        for (int i = 0; i < batch; i++) {
            int key = Frames.behindLine(page.keys(), at);
            int length = (int) Frames.number(page.keys(), at);
            at = key + length + 2;
            asked = at;
            Pending part = room.upstreams().pendings().take(this, whole.spec(), whole.protocol(),
                    SlotHash.slot(page.keys(), key, length));
            part.part(i);
            ByteBuf out = sender.compose(part, length + 48);
            ReplyWriter.array(out, 2);
            ReplyWriter.bulk(out, "TYPE");
            ReplyWriter.bulk(out, page.keys(), key, length);
            sender.send(part, out);
        }
    }

    @Override
    public void onReply(Pending part, ByteBuf buffer, int start, int end) {
        int index = part.part();
        PendingPool.recycle(part);
        String text = buffer.toString(start + 1, Math.max(0, end - start - 3), StandardCharsets.ISO_8859_1);
        if (buffer.getByte(start) == '+') {
            kept[index] = reads.wants(text);
        } else if (reads.type() == null && !text.startsWith("NOPERM")) {
            // Whether it has expired is not known, so it may well be there.
            kept[index] = true;
        } else {
            error = buffer.getByte(start) == '-' ? text : "ERR a node's reply is not what TYPE should have";
        }
        if (--missing == 0) {
            wanted.add(page, firstAsked, kept, asked);
            ask();
        }
    }
}
