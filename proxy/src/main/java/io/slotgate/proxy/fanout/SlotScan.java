package io.slotgate.proxy.fanout;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.slotgate.proxy.fanout.ScanPage.NodeReply;
import io.slotgate.proxy.resp.ReplyWriter;
import io.slotgate.proxy.upstream.LargeReply;
import io.slotgate.proxy.upstream.Pending;
import io.slotgate.proxy.upstream.PendingPool;
import io.slotgate.proxy.upstream.Requester;
import io.slotgate.proxy.upstream.UpstreamChannel;
import io.slotgate.topology.model.HostPort;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One SCAN under way. The walk goes by slot, so a slot that moves matters only while it is being read; and of a slot it is
 * proved each time that the node which was asked had all of it:
 *
 * <pre>
 *   owner     EXISTS s, s+1 … │ SCAN from s │ EXISTS s, s+1 …     in one write
 *                 │                                │
 *                 └── both 0: slot seen as a whole ┘
 *                     ASK:   the owner's part is seen; when it is at its end, the importer's: ─┐
 *                     MOVED: from the slot's beginning at the new owner                         │
 *   importer  (EXISTS s at the owner: ASK) SCAN from s (EXISTS s at the owner: ASK or MOVED) <──┘
 * </pre>
 *
 * A key that leaves its slot's owner before the owner's cursor comes to it is at the importer when that is read, which is
 * later. A cursor within a slot goes on only at the node that gave it. Confined to its worker.
 */
final class SlotScan implements Requester {
    /** Rounds of one command, so that no client waits for a walk over many empty slots. */
    private static final int MOST_ROUNDS = 8;
    private static final int WIDEST = 128;
    private static final int FIRST_WIDTH = 16;
    private static final int WIDTH_WITHIN_SLOT = 2;
    private static final long RETRY_MILLIS = 10;

    private final SlotScans room;
    private final Pending whole;
    private final byte[] options;
    private final int argc;
    private final int wanted;
    private final ScanPage page = new ScanPage();
    private SlotCursor at;
    private int rounds;
    private int width;
    private long waitingSince;
    private long gathered;
    private @Nullable Round round;

    /** What is asked of one node in one write: some slots' state, and SCAN in their midst. */
    private static final class Round {
        final UpstreamChannel channel;
        final List<SlotStatus> before = new ArrayList<>();
        final List<SlotStatus> after = new ArrayList<>();
        @Nullable
        ByteBuf reply;
        int missing;
        int scanPart = -1;

        Round(UpstreamChannel channel) {
            this.channel = channel;
        }

        HostPort node() {
            return channel.key().node();
        }
    }

    /** @param options what stands behind the cursor in the command, {@code argc} its arguments in all */
    SlotScan(SlotScans room, Pending whole, SlotCursor at, byte[] options, int argc, int wanted) {
        this.room = room;
        this.whole = whole;
        this.at = at;
        this.options = options;
        this.argc = argc;
        this.wanted = wanted;
        this.width = at.inner() == 0 ? FIRST_WIDTH : WIDTH_WITHIN_SLOT;
    }

    /** Asks the next node, or answers. */
    void next() {
        if (whole.abandoned() || at.done() || rounds >= MOST_ROUNDS || page.count() * 2L >= wanted
                || gathered > room.largestReply()) {
            finish();
            return;
        }
        UpstreamChannel owner = room.upstreams().forSlot(whole.protocol(), at.slot());
        if (owner == null || !owner.ready()) {
            if (owner != null) {
                owner.connect();
            }
            later();
        } else if (at.atImporter()) {
            ask(owner, at.slot(), null, this::ownerToldOfImporter);
        } else {
            if (!at.isOf(owner.key().node())) {
                at = SlotCursor.at(at.slot());
            }
            ask(owner, lastSlot(owner), at, this::read);
        }
    }

    private int lastSlot(UpstreamChannel owner) {
        int last = at.slot();
        while (last + 1 < Math.min(at.slot() + width, 16_384)
                && room.upstreams().forSlot(whole.protocol(), last + 1) == owner) {
            last++;
        }
        return last;
    }

    // ---- at the slot's owner

    private void read(Round asked) {
        ByteBuf reply = asked.reply;
        if (reply == null || reply.getByte(0) == '-') {
            failed(reply);
            return;
        }
        NodeReply scanned = ScanPage.read(reply);
        int whole = 0;
        while (whole < asked.before.size() && asked.before.get(whole) instanceof SlotStatus.Owned
                && asked.after.get(whole) instanceof SlotStatus.Owned) {
            whole++;
        }
        if (whole == 0) {
            readMoving(asked, scanned);
            return;
        }
        int last = at.slot() + whole - 1;
        page.add(scanned, at.slot(), last);
        if (scanned.slot() > last) {
            at = SlotCursor.at(last + 1);
        } else {
            at = SlotCursor.at(scanned.slot()).within(asked.node(), scanned.inner());
        }
        progress();
    }

    private void readMoving(Round asked, NodeReply scanned) {
        boolean wasHere = asked.before.getFirst() instanceof SlotStatus.Owned
                || asked.before.getFirst() instanceof SlotStatus.Leaving;
        switch (asked.after.getFirst()) {
            case SlotStatus.Leaving leaving when wasHere -> {
                page.add(scanned, at.slot(), at.slot());
                at = scanned.slot() > at.slot() ? at.importer() : at.within(asked.node(), scanned.inner());
                progress();
            }
            case SlotStatus.Elsewhere elsewhere -> moved(elsewhere.owner());
            default -> {
                at = SlotCursor.at(at.slot());
                later();
            }
        }
    }

    private void moved(HostPort owner) {
        room.upstreams().moved(at.slot(), owner);
        at = SlotCursor.at(at.slot());
        later();
    }

    // ---- at the node that imports the slot

    private void ownerToldOfImporter(Round asked) {
        switch (asked.before.getFirst()) {
            case SlotStatus.Leaving leaving -> {
                UpstreamChannel importer = room.upstreams().to(leaving.importer(), whole.protocol());
                if (!importer.ready()) {
                    importer.connect();
                    later();
                    return;
                }
                if (!at.isOf(leaving.importer())) {
                    at = at.importer();
                }
                ask(importer, -1, at, scanned -> askOwnerAgain(asked.channel, scanned));
            }
            case SlotStatus.Elsewhere elsewhere -> moved(elsewhere.owner());
            case SlotStatus.Owned owned -> {
                // The move was called off: keys may have gone back behind the owner's cursor.
                at = SlotCursor.at(at.slot());
                progress();
            }
            case SlotStatus.Unknown unknown -> later();
        }
    }

    private void askOwnerAgain(UpstreamChannel owner, Round scanned) {
        if (scanned.reply == null || scanned.reply.getByte(0) == '-') {
            failed(scanned.reply);
        } else if (!owner.ready()) {
            later();
        } else {
            ask(owner, at.slot(), null, again -> readFromImporter(scanned, again));
        }
    }

    private void readFromImporter(Round scanned, Round again) {
        HostPort importer = switch (again.before.getFirst()) {
            case SlotStatus.Leaving leaving -> leaving.importer();
            case SlotStatus.Elsewhere elsewhere -> elsewhere.owner();
            default -> again.node();
        };
        ByteBuf reply = scanned.reply;
        if (reply == null || !importer.equals(scanned.node())) {
            at = SlotCursor.at(at.slot());
            later();
            return;
        }
        NodeReply read = ScanPage.read(reply);
        page.add(read, at.slot(), at.slot());
        at = read.slot() > at.slot() ? SlotCursor.at(at.slot() + 1) : at.within(scanned.node(), read.inner());
        progress();
    }

    // ---- rounds

    private interface Then {
        void accept(Round asked);
    }

    private Then then = asked -> {};

    /** Asks a node for the state of the slots up to {@code last}, if that is not -1, and, around it, to SCAN from a place. */
    private void ask(UpstreamChannel channel, int last, @Nullable SlotCursor from, Then whenAnswered) {
        Round asked = new Round(channel);
        round = asked;
        then = whenAnswered;
        int probes = last < 0 ? 0 : last - at.slot() + 1;
        int parts = from == null ? probes : 2 * probes + 1;
        asked.missing = parts;
        for (int i = 0; i < probes; i++) {
            asked.before.add(new SlotStatus.Unknown());
            asked.after.add(new SlotStatus.Unknown());
        }
        asked.scanPart = from == null ? -1 : probes;
        for (int part = 0; part < parts; part++) {
            ByteBuf command = part == asked.scanPart && from != null
                    ? scan(from)
                    : SlotProbes.command(at.slot() + (part < probes ? part : part - probes - 1));
            room.send(this, channel, part, command);
        }
    }

    private ByteBuf scan(SlotCursor from) {
        ByteBuf out = Unpooled.buffer(64 + options.length);
        out.writeByte('*');
        ReplyWriter.decimal(out, argc);
        out.writeBytes("\r\n$4\r\nSCAN\r\n".getBytes(StandardCharsets.US_ASCII));
        ReplyWriter.bulk(out, Long.toString(from.inner() * 16_384 + from.slot()));
        return out.writeBytes(options);
    }

    @Override
    public void onReply(Pending part, ByteBuf buffer, int start, int end) {
        int index = part.part();
        PendingPool.recycle(part);
        Round asked = round;
        if (asked == null) {
            throw new IllegalStateException("a reply in no round");
        }
        if (index == asked.scanPart) {
            byte[] copy = new byte[end - start];
            buffer.getBytes(start, copy);
            gathered += copy.length;
            room.gathered(copy.length);
            asked.reply = Unpooled.wrappedBuffer(copy);
        } else {
            SlotStatus status = SlotStatus.read(buffer, start, end, asked.node());
            int probes = asked.before.size();
            if (index < probes) {
                asked.before.set(index, status);
            } else {
                asked.after.set(index - probes - 1, status);
            }
        }
        if (--asked.missing == 0) {
            round = null;
            try {
                then.accept(asked);
            } catch (IllegalStateException | NumberFormatException e) {
                answer("ERR a node's reply is not what SCAN should have: " + e.getMessage());
            }
        }
    }

    private void progress() {
        waitingSince = 0;
        rounds++;
        width = at.inner() == 0 ? Math.min(WIDEST, width * 4) : WIDTH_WITHIN_SLOT;
        if (at.inner() > SlotCursor.LARGEST_INNER) {
            answer("ERR cursor " + at.inner() + " within slot " + at.slot() + " is above "
                    + SlotCursor.LARGEST_INNER);
            return;
        }
        next();
    }

    /** SCAN itself failed: later if its node could not be asked, else the client is told. */
    private void failed(@Nullable ByteBuf error) {
        String text = error == null ? "" : error.toString(1, error.writerIndex() - 3, StandardCharsets.ISO_8859_1);
        String code = text.substring(0, Math.max(0, text.indexOf(' ')));
        switch (code) {
            case "", "UNCERTAIN", "LOADING", "CLUSTERDOWN", "MASTERDOWN" -> later();
            default -> answer(text);
        }
    }

    private void later() {
        long now = System.nanoTime();
        if (waitingSince == 0) {
            waitingSince = now;
        }
        if (whole.abandoned()) {
            finish();
        } else if (room.isPatient(waitingSince, now)) {
            room.worker().loop().schedule(this::next, RETRY_MILLIS, TimeUnit.MILLISECONDS);
        } else {
            answer("CLUSTERDOWN slot " + at.slot() + " could not be read");
        }
    }

    private void finish() {
        ByteBuf reply = room.worker().scratch();
        page.write(reply, at);
        room.gathered(-gathered);
        whole.answer(room.worker(), reply);
    }

    private void answer(String error) {
        ByteBuf reply = room.worker().scratch();
        ReplyWriter.error(reply, error);
        room.gathered(-gathered);
        whole.answer(room.worker(), reply);
    }

    @Override
    public LargeReply onLargeReply(Pending part, UpstreamChannel from, long size) {
        return room.isTooLarge(size) ? LargeReply.IN_PARTS : LargeReply.GATHER;
    }

    @Override
    public void askElsewhere(Pending part) {
        throw new IllegalStateException("never asked for");
    }

    @Override
    public void onReplyPart(Pending part, ByteBuf buffer, int start, int end, boolean last) {
        if (last) {
            error(part, "ERR the reply is larger than " + room.largestReply() + " bytes: use a smaller COUNT");
        }
    }

    @Override
    public void onReplyCut(Pending part) {
        error(part, "UNCERTAIN the connection was lost within the reply");
    }

    private void error(Pending part, String text) {
        ByteBuf error = Unpooled.buffer();
        ReplyWriter.error(error, text);
        onReply(part, error, 0, error.writerIndex());
    }

    @Override
    public void onDetour(Pending part) {}

    @Override
    public boolean onPartlyMoved(Pending part) {
        return false;
    }
}
