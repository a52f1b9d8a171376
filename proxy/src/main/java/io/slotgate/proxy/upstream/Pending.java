package io.slotgate.proxy.upstream;

import io.netty.buffer.ByteBuf;
import io.slotgate.proxy.command.CommandSpec;
import io.slotgate.proxy.observe.Observer;
import io.slotgate.proxy.worker.Chunk;
import io.slotgate.proxy.worker.ChunkWriter;
import io.slotgate.proxy.worker.Worker;
import org.jspecify.annotations.Nullable;

/**
 * A command that was sent, or waits to be, and is not answered yet. Its bytes are kept so that it can be sent again. Pooled
 * by {@link PendingPool}; confined to its worker.
 */
public final class Pending {
    /** Slot of a command that belongs to none. */
    public static final int NO_SLOT = -1;

    Requester requester = Discarder.INSTANCE;
    @Nullable
    CommandSpec spec;
    int protocol;
    int slot;
    /** The channel it must go to whatever the slot map says; null if its slot, or any node, decides. */
    @Nullable
    UpstreamChannel pinned;
    /** The channel of a command that is meant for one certain node. */
    @Nullable
    UpstreamChannel home;
    boolean asking;
    /** Set if it is several commands in one. */
    @Nullable
    Batch batch;
    /** What its node has to know before it; null with most. */
    @Nullable
    Script script;
    /** The channel whose node did not know the script although it was told. */
    private @Nullable UpstreamChannel unknownAt;
    /** Place in the order of what its channel sent; with it one can tell what was handed to the socket. */
    long sequence;
    /** When it was sent, as the worker's clock has it; 0: not to be measured. */
    long sentAt;
    @Nullable
    Pending next;
    @Nullable
    PendingPool pool;
    /** Whether it lies in the pool. */
    boolean pooled;

    private final KeptBytes request = new KeptBytes();
    private final KeptBytes reply = new KeptBytes();

    private int detours;
    private long waitingSince;
    private long notBefore;
    private @Nullable Pending nextOfSession;
    private boolean answered;
    private long since;
    private boolean noted;
    private int part;
    private boolean muted;
    private LargeReply tooLarge = LargeReply.GATHER;

    Pending() {}

    void begin(Requester requester, @Nullable CommandSpec spec, int protocol, int slot) {
        this.requester = requester;
        this.spec = spec;
        this.protocol = protocol;
        this.slot = slot;
    }

    void clear() {
        if (request.kept()) {
            throw new IllegalStateException("recycled with its request");
        }
        reply.drop();
        requester = Discarder.INSTANCE;
        spec = null;
        pinned = null;
        home = null;
        asking = false;
        batch = null;
        script = null;
        unknownAt = null;
        next = null;
        nextOfSession = null;
        detours = 0;
        waitingSince = 0;
        notBefore = 0;
        answered = false;
        since = 0;
        noted = false;
        sentAt = 0;
        part = 0;
        muted = false;
        tooLarge = LargeReply.GATHER;
    }

    public Requester requester() {
        return requester;
    }

    /** Its client is gone: what comes back for it is dropped, and it is recycled then. */
    public void abandon() {
        requester = Discarder.INSTANCE;
        nextOfSession = null;
        reply.drop();
    }

    public @Nullable CommandSpec spec() {
        return spec;
    }

    public int protocol() {
        return protocol;
    }

    /** The command's slot or {@link #NO_SLOT}. */
    public int slot() {
        return slot;
    }

    /** Whether it can be sent again although a node may have executed it. */
    public boolean repeatable() {
        if (batch != null) {
            return batch.repeatable();
        }
        return spec != null && !spec.write() && !spec.pubsub() && (spec.readOnly() || !spec.keyed());
    }

    /** What it is made of if it is several commands in one, else null. */
    public @Nullable Batch batch() {
        return batch;
    }

    public void batch(Batch batch) {
        this.batch = batch;
    }

    /** Whether it changes nothing: a read, or a reply of our own that is only waiting for its turn. */
    public boolean harmless() {
        return spec == null || spec.readOnly();
    }

    /** Whether it is a read of keys on one slot whose bytes are kept, so that it could be asked of another connection. */
    public boolean readsOneSlot() {
        return spec != null && spec.readOnly() && slot != NO_SLOT && request.kept();
    }

    /** Whether nobody waits for its reply any more. */
    public boolean abandoned() {
        return requester == Discarder.INSTANCE;
    }

    /** Gives the requester a reply of our own: what is readable in {@code reply}, which is copied by whoever keeps it. */
    public void answer(Worker worker, ByteBuf reply) {
        Observer observer = worker.observer();
        if (spec != null && !abandoned()) {
            observer.traceUnanswered(spec, slot, since,
                    reply.isReadable() && reply.getByte(reply.readerIndex()) == '-');
        }
        if (observer.isSlow(since)) {
            requester.onSlow(this);
        }
        releaseRequest(worker);
        requester.onReply(this, reply, reply.readerIndex(), reply.writerIndex());
    }

    /** Lets go of the command's bytes. */
    public void releaseRequest(Worker worker) {
        if (request.kept()) {
            worker.counters().keptBytes -= request.length();
            request.drop();
        }
    }

    /** The script that its node has to know before it; null with most. */
    public @Nullable Script script() {
        return script;
    }

    /** Says which script its node has to know before it. */
    public void script(@Nullable Script script) {
        this.script = script;
    }

    /** Notes that the node of {@code channel} does not know the script; false if that was so before. */
    public boolean scriptUnknownAt(UpstreamChannel channel) {
        boolean first = unknownAt != channel;
        unknownAt = channel;
        return first;
    }

    /** When its client's command was read, as the worker's clock has it; 0 if nobody measures. */
    public long since() {
        return since;
    }

    public void since(long time) {
        since = time;
    }

    /** Whether it was sent itself, and not in parts; one that may block does not count. */
    public boolean wasSent() {
        return sentAt != 0;
    }

    /** Whether it was noted that it took long. */
    public boolean noted() {
        return noted;
    }

    public void note() {
        noted = true;
    }

    // ---- the command's bytes

    /** Keeps the command's bytes; takes over the caller's hold on the chunk. */
    void keepRequest(Worker worker, Chunk chunk, int offset, int length) {
        request.keep(chunk, offset, length);
        worker.counters().keptBytes += length;
    }

    /** Copies the command's bytes, to wait until they can be sent. */
    public void stashRequest(Worker worker, ByteBuf source, int offset, int length) {
        request.copy(worker.stash(), source, offset, length);
        worker.counters().keptBytes += length;
    }

    /** The command's bytes; while they are kept it can be sent again. */
    public KeptBytes request() {
        return request;
    }

    // ---- the reply, if it has to wait for others

    /** Keeps a copy of the reply until those before it have come. */
    public void stashReply(ChunkWriter writer, ByteBuf source, int start, int end) {
        reply.drop();
        reply.copy(writer, source, start, end - start);
        answered = true;
    }

    /** Keeps a reply of our own behind the one that is kept, as if both were one; false if that can't be. */
    public boolean extendReply(ChunkWriter writer, ByteBuf source, int start, int end) {
        return !muted && reply.extend(writer, source, start, end - start);
    }

    /** Whether the reply is here, waiting for its turn. */
    public boolean answered() {
        return answered;
    }

    /** The reply that waits. */
    public KeptBytes reply() {
        return reply;
    }

    // ---- queues and detours

    public @Nullable Pending nextOfSession() {
        return nextOfSession;
    }

    public void nextOfSession(@Nullable Pending next) {
        this.nextOfSession = next;
    }

    /**
     * What its requester decided when its reply came before its turn and was too large to wait: to ask again, to drop it (in
     * parts), or, as with most, nothing ({@link LargeReply#GATHER}).
     */
    public LargeReply tooLarge() {
        return tooLarge;
    }

    public void tooLarge(LargeReply decision) {
        tooLarge = decision;
    }

    /** Its client wants no reply. */
    public void mute() {
        muted = true;
    }

    /** The client gets this reply although it wants none. */
    public void unmute() {
        muted = false;
    }

    public boolean muted() {
        return muted;
    }

    /** Which part of a split command this is. */
    public int part() {
        return part;
    }

    public void part(int part) {
        this.part = part;
    }

    /** Counts one more redirect or wait and returns how many there were. */
    public int countDetour() {
        return ++detours;
    }

    public boolean asking() {
        return asking;
    }

    /** Sends it next to {@code channel}, behind ASKING if so said; null: wherever its slot belongs. */
    public void aim(@Nullable UpstreamChannel channel, boolean asking) {
        this.pinned = channel;
        this.asking = asking;
    }

    /** Says that it is meant for the node of {@code channel} and no other. */
    public void meantFor(UpstreamChannel channel) {
        home = channel;
        pinned = channel;
    }

    /** Sends it next to where it belongs: its own node if it has one, else the owner of its slot. */
    public void aimHome() {
        pinned = home;
        asking = false;
    }

    public @Nullable UpstreamChannel pinned() {
        return pinned;
    }

    /** Since when it waits for an owner of its slot, {@link System#nanoTime}; 0 if it never had to. */
    public long waitingSince() {
        return waitingSince;
    }

    public void waitFrom(long nanos, long notBefore) {
        if (waitingSince == 0) {
            waitingSince = nanos == 0 ? 1 : nanos;
        }
        this.notBefore = notBefore;
    }

    /** When the next attempt may be made, {@link System#nanoTime}. */
    public long notBefore() {
        return notBefore;
    }

    /** The next in the queue it stands in, a channel's or that of the parked. */
    public @Nullable Pending next() {
        return next;
    }

    public void next(@Nullable Pending next) {
        this.next = next;
    }
}
