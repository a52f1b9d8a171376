package io.slotgate.proxy.upstream;

import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One channel that shares a {@link Trunk}, as the trunk sees it. Confined to the trunk's worker, but for {@link #taken}, which the
 * channel's own worker calls.
 */
final class Branch {
    /** When so many bytes of replies are on their way to a worker, its trunks are not read until it has taken half of them. */
    static final long MOST_UNTAKEN = 16 << 20;

    private static final int SMALLEST_BOX = 1024;

    private final RelayChannel end;
    private final AtomicLong untaken = new AtomicLong();
    private @Nullable Trunk trunk;
    private @Nullable ByteBuf box;
    private int due;

    Branch(RelayChannel end) {
        this.end = end;
    }

    // ---- what its channel says, handed over

    /** Takes over {@code parts}: whole commands, that have so many replies. */
    void send(List<ByteBuf> parts, int replies) {
        Trunk trunk = this.trunk;
        if (trunk == null) {
            parts.forEach(ByteBuf::release);
        } else {
            due += replies;
            trunk.send(this, parts, replies);
        }
    }

    /** The channel is closed. */
    void leave() {
        Trunk left = trunk;
        trunk = null;
        dropBox();
        if (left != null) {
            left.detach(this);
        }
    }

    /** The channel's worker has caught up. */
    void caughtUp() {
        if (trunk != null) {
            trunk.resume();
        }
    }

    /**
     * The channel has used up bytes of replies.
     *
     * @return whether the trunk has to be told, as it may have stopped reading
     */
    boolean taken(int bytes) {
        long left = untaken.addAndGet(-bytes);
        return left <= MOST_UNTAKEN / 2 && left + bytes > MOST_UNTAKEN / 2;
    }

    // ---- what its trunk says

    void attachedTo(Trunk trunk) {
        this.trunk = trunk;
    }

    void connected() {
        end.handOver(end::connected);
    }

    /** Replies that are still to come. */
    int due() {
        return due;
    }

    void answered() {
        due--;
    }

    /** Adds bytes of replies to what goes to the channel next; returns whether they are the first. Lost on one that has left. */
    boolean put(ByteBuf buffer, int from, int to) {
        if (trunk == null) {
            return false;
        }
        boolean first = box == null;
        if (box == null) {
            box = trunk.allocator().directBuffer(Math.max(to - from, SMALLEST_BOX));
        }
        box.writeBytes(buffer, from, to - from);
        return first;
    }

    /** Hands over what was put; returns whether so much is on its way that no more must be read. */
    boolean passOn() {
        ByteBuf replies = box;
        if (replies == null) {
            return false;
        }
        box = null;
        boolean full = untaken.addAndGet(replies.readableBytes()) > MOST_UNTAKEN;
        if (!end.handOver(() -> end.arrived(replies))) {
            replies.release();
        }
        return full;
    }

    /** Whether its worker has taken enough for more to be read. */
    boolean hasRoom() {
        return untaken.get() <= MOST_UNTAKEN / 2;
    }

    /** The connection is gone. */
    void lost(Throwable cause) {
        passOn();
        trunk = null;
        end.handOver(() -> end.lost(cause));
    }

    private void dropBox() {
        if (box != null) {
            box.release();
            box = null;
        }
    }
}
