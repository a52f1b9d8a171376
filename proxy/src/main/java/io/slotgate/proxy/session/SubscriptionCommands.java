package io.slotgate.proxy.session;

import io.netty.buffer.ByteBuf;
import io.slotgate.proxy.command.CommandSpec;
import io.slotgate.proxy.command.SlotHash;
import io.slotgate.proxy.facade.Refusals;
import io.slotgate.proxy.pubsub.Desk;
import io.slotgate.proxy.pubsub.Topic;
import io.slotgate.proxy.pubsub.Words;
import io.slotgate.proxy.resp.ReplyWriter;
import io.slotgate.proxy.resp.RequestFrame;
import io.slotgate.proxy.route.Route;
import io.slotgate.proxy.route.Route.Audience;
import io.slotgate.proxy.upstream.Pending;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * SUBSCRIBE, PSUBSCRIBE and SSUBSCRIBE, what ends them, and what RESP2 still allows in between. Belongs to one worker.
 *
 * @see <a href="https://valkey.io/topics/pubsub/">Pub/sub</a>
 */
final class SubscriptionCommands {
    private final SessionRoom room;

    SubscriptionCommands(SessionRoom room) {
        this.room = room;
    }

    /** Does one of the commands for a session that has nothing else under way. */
    void run(Session session, CommandSpec spec, RequestFrame frame, Route.Subscribe route) {
        if (route.audience() == Audience.SHARD && onDifferentSlots(frame)) {
            ByteBuf reply = refusal();
            Refusals.crossSlot(reply);
            session.answers().answer(reply);
        } else if (route.begin()) {
            begin(session, spec, topics(frame, route.audience()));
        } else {
            end(session, topics(frame, route.audience()), route.audience());
        }
    }

    /** MONITOR, of a session that has nothing else under way. A second one is not even answered, as by a server. */
    void monitor(Session session, CommandSpec spec) {
        if (session.modes().subscriptions().monitors()) {
            return;
        }
        if (!room.monitors().hasRoom()) {
            refuse(session, "ERR Slotgate: " + Monitors.MOST + " clients of a worker monitor already");
            return;
        }
        Pending whole = room.pendings().take(session.answers(), spec, session.protocol(), Pending.NO_SLOT);
        session.answers().enqueue(whole);
        whole.since(0);
        session.intake().drainFirst();
        Monitoring monitoring = new Monitoring(session, room, whole);
        session.modes().subscriptions().monitor(monitoring);
        monitoring.follow();
    }

    private static boolean onDifferentSlots(RequestFrame frame) {
        for (int i = 2; i < frame.argc(); i++) {
            if (SlotHash.slot(frame.buffer(), frame.offset(i), frame.length(i)) != SlotHash.slot(frame.buffer(),
                    frame.offset(1), frame.length(1))) {
                return true;
            }
        }
        return false;
    }

    private static List<Topic> topics(RequestFrame frame, Audience audience) {
        List<Topic> topics = new ArrayList<>(frame.argc() - 1);
        for (int i = 1; i < frame.argc(); i++) {
            topics.add(new Topic(audience, frame.text(i)));
        }
        return topics;
    }

    private void begin(Session session, CommandSpec spec, List<Topic> topics) {
        SessionSubscriptions mine = session.modes().subscriptions();
        Desk desk = mine.desk();
        if (desk == null) {
            refuse(session, "ERR Slotgate: the subscriptions of the user before AUTH must be ended first");
            return;
        }
        Set<Topic> fresh = new LinkedHashSet<>();
        for (Topic topic : topics) {
            if (!mine.has(topic)) {
                fresh.add(topic);
            }
        }
        int most = room.limits().configured().pubsub().subscriptionsPerSession();
        if (mine.total() + fresh.size() > most) {
            refuse(session, "ERR Slotgate: a client may have " + most
                    + " subscriptions (limits.pubsub.subscriptions-per-session)");
        } else if (!desk.hasRoomFor(fresh)) {
            refuse(session, "ERR Slotgate: the subscriptions of all clients take as much memory as they may"
                    + " (limits.pubsub.subscription-bytes-per-worker)");
        } else {
            new Joining(session, room, mine, desk, topics, fresh).begin(spec);
        }
    }

    private void end(Session session, List<Topic> named, Audience audience) {
        SessionSubscriptions mine = session.modes().subscriptions();
        List<Topic> topics = named.isEmpty() ? mine.all(audience) : named;
        ByteBuf reply = room.worker().scratch();
        if (topics.isEmpty()) {
            Words.nothingToLeave(reply, session.protocol(), audience, mine.count(audience));
        }
        for (Topic topic : topics) {
            mine.remove(topic);
            Words.confirmation(reply, session.protocol(), false, topic, mine.count(audience));
        }
        mine.changed();
        session.answers().confirm(reply);
    }

    /**
     * Does in the place of a command what a subscriber in RESP2 gets.
     *
     * @return false if the command is one of the few that go their usual way
     */
    boolean restrict(Session session, CommandSpec spec, RequestFrame frame, Route route) {
        if (session.modes().subscriptions().monitors() && (spec.readOnly() || spec.write())) {
            refuse(session, "ERR Replica can't interact with the keyspace");
            return true;
        }
        if (session.modes().subscriptions().total() == 0 || session.protocol() != 2) {
            return false;
        }
        boolean ping = spec.name().equals("ping");
        if (route instanceof Route.Subscribe || spec.name().equals("quit") || spec.name().equals("reset")
                || (ping && frame.argc() > 2)) {
            return false;
        }
        if (!ping) {
            refuse(session, "ERR Can't execute '" + spec.name() + "': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING"
                    + " / QUIT / RESET are allowed in this context");
            return true;
        }
        ByteBuf reply = room.worker().scratch();
        ReplyWriter.array(reply, 2);
        ReplyWriter.bulk(reply, "pong");
        if (frame.argc() == 2) {
            ReplyWriter.bulk(reply, frame.buffer(), frame.offset(1), frame.length(1));
        } else {
            ReplyWriter.bulk(reply, "");
        }
        session.answers().answer(reply);
        return true;
    }

    private void refuse(Session session, String error) {
        ByteBuf reply = refusal();
        ReplyWriter.error(reply, error);
        session.answers().answer(reply);
    }

    private ByteBuf refusal() {
        room.worker().counters().refused++;
        return room.worker().scratch();
    }
}
