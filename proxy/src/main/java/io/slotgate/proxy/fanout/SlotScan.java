package io.slotgate.proxy.fanout;

import io.netty.buffer.ByteBuf;
import io.slotgate.proxy.fanout.KeyTypes.Outcome;
import io.slotgate.proxy.fanout.ScanPage.NodeReply;
import io.slotgate.proxy.resp.ReplyWriter;
import io.slotgate.proxy.upstream.Pending;
import io.slotgate.proxy.upstream.UpstreamChannel;
import io.slotgate.topology.model.HostPort;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

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
 *   importer  (EXISTS s at the owner: ASK) SCAN from s (EXISTS s at the owner: ASK) <─────────┘
 * </pre>
 *
 * A key that leaves its slot's owner before the owner's cursor comes to it is at the importer when that is read, which is
 * later. A cursor within a slot goes on only at the node that gave it.
 *
 * <p>Where nodes have no table for each slot, CLUSTER GETKEYSINSLOT of each takes the place of SCAN, COUNTKEYSINSLOT before
 * all that says how many slots are worth it, and {@link KeyTypes} looks at what was found. Confined to its worker.
 */
final class SlotScan {
    /** Rounds of one command, so that no client waits for a walk over many empty slots. */
    private static final int MOST_ROUNDS = 8;
    private static final int WIDEST = 128;
    private static final int FIRST_WIDTH = 16;
    private static final int WIDTH_WITHIN_SLOT = 2;
    private static final long RETRY_MILLIS = 10;

    private final SlotScans room;
    private final Pending whole;
    private final ScanCommand command;
    private final SlotReads reads;
    private final int wanted;
    private final ScanPage page = new ScanPage();
    private SlotCursor at;
    private int rounds;
    private int width;
    private long waitingSince;
    private long gathered;

    SlotScan(SlotScans room, Pending whole, SlotCursor at, ScanCommand command, SlotReads reads) {
        this.room = room;
        this.whole = whole;
        this.at = at;
        this.command = command;
        this.reads = reads;
        this.wanted = command.count();
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
            probe(owner, this::ownerToldOfImporter);
        } else {
            if (!at.isOf(owner.key().node())) {
                at = SlotCursor.at(at.slot());
            }
            if (reads instanceof ListReads) {
                count(owner, lastSlot(owner));
            } else {
                ask(owner, lastSlot(owner), this::read);
            }
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

    /** How many keys slots have, so as to read about as many as are wanted. */
    private void count(UpstreamChannel owner, int last) {
        SlotRound.ask(room, owner, at.slot(), 0, ListReads.counts(at.slot(), last),
                asked -> whenAnswered(asked, counts -> {
                    ByteBuf error = counts.error();
                    if (error != null) {
                        failed(error);
                    } else if (!owner.ready()) {
                        later();
                    } else {
                        width = ListReads.slotsOf(counts.replies, wanted);
                        ask(owner, at.slot() + width - 1, this::read);
                    }
                }));
    }

    // ---- at the slot's owner

    private void read(SlotRound asked) {
        ByteBuf reply = reads.scanned(asked.replies, at, at.slot() + asked.before.size() - 1);
        if (reply.getByte(0) == '-') {
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

    private void readMoving(SlotRound asked, NodeReply scanned) {
        SlotStatus before = asked.before.getFirst();
        boolean wasHere = before instanceof SlotStatus.Owned || before.equals(asked.after.getFirst());
        switch (asked.after.getFirst()) {
            case SlotStatus.Leaving leaving when wasHere -> {
                page.add(scanned, at.slot(), at.slot());
                at = scanned.slot() > at.slot()
                        ? at.importer(asked.node(), leaving.importer(), epoch())
                        : at.within(asked.node(), scanned.inner());
                progress();
            }
            case SlotStatus.Elsewhere elsewhere -> moved(elsewhere.owner());
            default -> anew();
        }
    }

    private long epoch() {
        return room.upstreams().map().epoch(at.slot());
    }

    private void moved(HostPort owner) {
        room.upstreams().moved(at.slot(), owner);
        anew();
    }

    /** What was seen of the slot says nothing about the rest of it. */
    private void anew() {
        at = SlotCursor.at(at.slot());
        width = WIDTH_WITHIN_SLOT;
        later();
    }

    // ---- at the node that imports the slot

    private void ownerToldOfImporter(SlotRound asked) {
        switch (asked.before.getFirst()) {
            case SlotStatus.Leaving leaving when !at.isOf(asked.node(), leaving.importer(), epoch()) -> anew();
            case SlotStatus.Leaving leaving -> {
                UpstreamChannel importer = room.upstreams().to(leaving.importer(), whole.protocol());
                if (!importer.ready()) {
                    importer.connect();
                    later();
                    return;
                }
                SlotRound.ask(room, importer, at.slot(), 0, reads.commands(at, at.slot()),
                        read -> whenAnswered(read, scanned -> askOwnerAgain(asked.channel, scanned)));
            }
            case SlotStatus.Elsewhere elsewhere -> moved(elsewhere.owner());
            case SlotStatus.Owned owned -> {
                // The move was called off: keys may have gone back behind the owner's cursor.
                at = SlotCursor.at(at.slot());
                progress();
            }
            case SlotStatus.Denied denied -> throw new IllegalStateException("went on although denied");
            case SlotStatus.Unknown unknown -> later();
        }
    }

    private void askOwnerAgain(UpstreamChannel owner, SlotRound scanned) {
        ByteBuf reply = reads.scanned(scanned.replies, at, at.slot());
        if (reply.getByte(0) == '-') {
            failed(reply);
        } else if (!owner.ready()) {
            later();
        } else {
            probe(owner, again -> readFromImporter(scanned, reply, again));
        }
    }

    private void readFromImporter(SlotRound scanned, ByteBuf reply, SlotRound again) {
        switch (again.before.getFirst()) {
            case SlotStatus.Leaving leaving when leaving.importer().equals(scanned.node()) -> {
                NodeReply read = ScanPage.read(reply);
                page.add(read, at.slot(), at.slot());
                at = read.slot() > at.slot() ? SlotCursor.at(at.slot() + 1) : at.withinImporter(read.inner());
                progress();
            }
            // The importer owned it before it was read, perhaps, and gave some of it away already.
            case SlotStatus.Elsewhere elsewhere -> moved(elsewhere.owner());
            default -> anew();
        }
    }

    // ---- rounds

    /** Asks a node for the state of the slots up to {@code last} and, in their midst, to read them. */
    private void ask(UpstreamChannel channel, int last, Consumer<SlotRound> then) {
        SlotRound.ask(room, channel, at.slot(), last - at.slot() + 1, reads.commands(at, last),
                asked -> whenAnswered(asked, then));
    }

    private void probe(UpstreamChannel channel, Consumer<SlotRound> then) {
        SlotRound.ask(room, channel, at.slot(), 1, List.of(), asked -> whenAnswered(asked, then));
    }

    private void whenAnswered(SlotRound asked, Consumer<SlotRound> then) {
        gathered += asked.bytes();
        if (asked.denied()) {
            byNode();
            return;
        }
        try {
            then.accept(asked);
        } catch (IllegalStateException | NumberFormatException e) {
            answer("ERR a node's reply is not what SCAN should have: " + e.getMessage());
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

    /** Reading failed: later if its node could not be asked, else another way is taken, or the client is told. */
    private void failed(ByteBuf error) {
        String text = error.toString(1, error.writerIndex() - 3, StandardCharsets.ISO_8859_1);
        String code = text.substring(0, Math.max(0, text.indexOf(' ')));
        switch (code) {
            case "", "UNCERTAIN", "LOADING", "CLUSTERDOWN", "MASTERDOWN" -> later();
            case "ERR", "NOPERM" -> {
                if (reads instanceof ListReads) {
                    byNode();
                } else {
                    answer(text);
                }
            }
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
        if (reads instanceof ListReads lists && !whole.abandoned()) {
            new KeyTypes(room, whole, page, lists, new Outcome() {
                @Override
                public void filtered(ScanPage filtered) {
                    answer(filtered);
                }

                @Override
                public void failed(String error) {
                    if (error.startsWith("NOPERM")) {
                        byNode();
                    } else {
                        answer(error);
                    }
                }
            }).ask();
        } else {
            answer(page);
        }
    }

    private void answer(ScanPage page) {
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

    /** What is needed is not allowed, or a slot is too large: from the first node on, so that at least what rests is seen. */
    private void byNode() {
        room.gathered(-gathered);
        room.byNode(whole, command);
    }
}
