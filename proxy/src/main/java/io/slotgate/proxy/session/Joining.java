package io.slotgate.proxy.session;

import io.netty.buffer.ByteBuf;
import io.slotgate.proxy.command.CommandSpec;
import io.slotgate.proxy.pubsub.Desk;
import io.slotgate.proxy.pubsub.Topic;
import io.slotgate.proxy.pubsub.Waiter;
import io.slotgate.proxy.pubsub.Words;
import io.slotgate.proxy.resp.ReplyWriter;
import io.slotgate.proxy.upstream.Pending;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A command that subscribes a session to topics: confirmed when all of them are there, so that nothing published after the
 * confirmation is missed. The session does nothing else meanwhile. Confined to its worker.
 */
final class Joining implements Waiter {
    private final Session session;
    private final SessionRoom room;
    private final SessionSubscriptions mine;
    private final Desk desk;
    private final List<Topic> topics;
    private final Set<Topic> fresh;
    private int missing;
    private boolean over;
    private @Nullable Pending pending;

    /**
     * @param topics as the command names them
     * @param fresh those that the session has not subscribed to yet
     */
    Joining(Session session, SessionRoom room, SessionSubscriptions mine, Desk desk, List<Topic> topics,
            Set<Topic> fresh) {
        this.session = session;
        this.room = room;
        this.mine = mine;
        this.desk = desk;
        this.topics = topics;
        this.fresh = fresh;
    }

    /** Asks for what is not there yet; the session must have nothing else under way. */
    void begin(CommandSpec spec) {
        for (Topic topic : fresh) {
            if (!desk.hold(topic, this)) {
                missing++;
            }
        }
        if (missing == 0) {
            finish();
            return;
        }
        Pending waiting = room.pendings().take(session.answers(), spec, session.protocol(), Pending.NO_SLOT);
        pending = waiting;
        session.answers().enqueue(waiting);
        session.intake().drainFirst();
        mine.joining(this);
    }

    @Override
    public void onConfirmed() {
        if (!over && --missing == 0) {
            finish();
        }
    }

    @Override
    public void onFailed(String error) {
        if (!over) {
            ByteBuf reply = room.worker().scratch();
            ReplyWriter.error(reply, error);
            end(reply);
        }
    }

    private void finish() {
        ByteBuf reply = room.worker().scratch();
        for (Topic topic : topics) {
            mine.add(topic);
            Words.confirmation(reply, session.protocol(), true, topic, mine.count(topic.audience()));
        }
        mine.changed();
        if (pending != null) {
            pending.unmute();
        }
        end(reply);
    }

    private void end(ByteBuf reply) {
        over = true;
        mine.joining(null);
        for (Topic topic : fresh) {
            desk.release(topic, this);
        }
        Pending waiting = pending;
        if (waiting == null) {
            session.answers().confirm(reply);
        } else {
            pending = null;
            waiting.answer(room.worker(), reply);
        }
    }

    /** The client left. */
    void cancel() {
        onFailed("ERR closed");
    }
}
