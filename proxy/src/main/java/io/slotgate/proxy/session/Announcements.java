package io.slotgate.proxy.session;

import io.netty.buffer.ByteBuf;
import io.slotgate.proxy.tracking.Invalidation;
import io.slotgate.proxy.upstream.Pending;

/**
 * What a session that tracks is told between its replies. Stands in the queue of its answers behind those that are under way,
 * for one of them may hold a value that is invalid by now. Confined to its worker.
 */
final class Announcements {
    /** Marks, as {@link Pending#part}, an announcement that waits for replies before it. */
    static final int ANNOUNCEMENT = 1;
    /** Marks the one that says that everything is invalid. */
    static final int EVERYTHING = 2;
    /** Marks a write of the session itself that it is not told of. */
    static final int OWN_WRITE = 3;

    /** Bytes that may wait for replies before them; instead of more all is said to be invalid. */
    static final int MOST_WAITING = 64 * 1024;

    private final Session session;
    private final SessionRoom room;
    private final Answers answers;
    private long waiting;

    Announcements(Session session, SessionRoom room, Answers answers) {
        this.session = session;
        this.room = room;
        this.answers = answers;
    }

    /** Says what is invalid, in RESP3. */
    void say(Invalidation invalidation) {
        // Who blocks has nothing else under way, and what no read answers is not kept.
        boolean atOnce = session.intake().blocked() && !answers.beginsWithRead();
        if (atOnce || answers.isEmpty()) {
            send(invalidation.push());
        } else if (!invalidation.isEverything() && waiting + invalidation.push().readableBytes() <= MOST_WAITING) {
            queue(invalidation.push(), ANNOUNCEMENT);
        } else if (!answers.endsWith(EVERYTHING)) {
            Invalidation everything = Invalidation.everything(room.worker().allocator());
            queue(everything.push(), EVERYTHING);
            everything.release();
        }
    }

    private void queue(ByteBuf push, int kind) {
        waiting += push.readableBytes();
        answers.queue(push, kind);
    }

    /** An announcement goes out. */
    void left(int bytes) {
        waiting -= bytes;
    }

    /** Says what is invalid to another session that has redirected that to this one: in RESP2, if it is a subscriber. */
    void sayForOther(Invalidation invalidation) {
        if (session.protocol() >= 3) {
            say(invalidation);
        } else if (session.client().subscribed()) {
            send(invalidation.message());
        }
    }

    private void send(ByteBuf bytes) {
        if (session.output().unread() > room.limits().configured().outputBytes()) {
            session.output().closeSlow();
        } else {
            answers.push(bytes, 0, bytes.readableBytes());
        }
    }
}
