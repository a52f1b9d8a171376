package io.slotgate.proxy.session;

import io.netty.buffer.ByteBuf;
import io.slotgate.proxy.config.PubSubLimits;
import io.slotgate.proxy.pubsub.Desk;
import io.slotgate.proxy.pubsub.Subscriber;
import io.slotgate.proxy.pubsub.Topic;
import io.slotgate.proxy.route.Route.Audience;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What one session is subscribed to; there only once it has subscribed. Confined to its worker. */
final class SessionSubscriptions implements Subscriber {
    private final Session session;
    private Desk desk;
    private final PubSubLimits limits;
    private final Set<Topic> channels = new LinkedHashSet<>();
    private final Set<Topic> patterns = new LinkedHashSet<>();
    private final Set<Topic> shardChannels = new LinkedHashSet<>();
    /** The command that waits for nodes. */
    private @Nullable Joining joining;
    private @Nullable Monitoring monitoring;
    private long resetsSeen;
    /** Since when more than the soft limit waits for the client, {@link System#nanoTime}; 0 if it does not. */
    private long overSoftLimitSince;

    SessionSubscriptions(Session session, PubSubLimits limits) {
        this.session = session;
        this.desk = session.plane().desk();
        this.limits = limits;
        this.resetsSeen = session.client().resets();
    }

    @Override
    public int protocol() {
        return session.protocol();
    }

    @Override
    public void push(ByteBuf message, int start, int length) {
        session.answers().push(message, start, length);
    }

    private Set<Topic> of(Audience audience) {
        return switch (audience) {
            case CHANNEL -> channels;
            case PATTERN -> patterns;
            case SHARD -> shardChannels;
        };
    }

    /**
     * The desk of the user that the session is now; null if it still has subscriptions of another user, which must not become
     * more by that user's rights.
     */
    @Nullable
    Desk desk() {
        Desk now = session.plane().desk();
        if (total() == 0) {
            desk = now;
        }
        return desk == now ? now : null;
    }

    /** Whether there are subscriptions, and they were made there. */
    boolean isAt(Desk some) {
        return desk == some && total() > 0;
    }

    boolean has(Topic topic) {
        return of(topic.audience()).contains(topic);
    }

    /** The topics of one kind, as they are now. */
    List<Topic> all(Audience audience) {
        return List.copyOf(of(audience));
    }

    /** The count that confirmations of one kind show: channels and patterns count together. */
    int count(Audience audience) {
        return audience == Audience.SHARD ? shardChannels.size() : channels.size() + patterns.size();
    }

    int total() {
        return channels.size() + patterns.size() + shardChannels.size();
    }

    /** A command waits for nodes; null: it no longer does. */
    void joining(@Nullable Joining joining) {
        this.joining = joining;
    }

    /** Gets the messages of a topic, which its {@link Desk} holds, from now on. */
    void add(Topic topic) {
        if (of(topic.audience()).add(topic)) {
            desk.join(topic, this);
        }
    }

    /** Gets no more messages of a topic. */
    void remove(Topic topic) {
        if (of(topic.audience()).remove(topic)) {
            desk.leave(topic, this);
        }
    }

    private void removeAll() {
        for (Audience audience : Audience.values()) {
            all(audience).forEach(this::remove);
        }
    }

    /** The client may have done RESET, or speak another protocol. */
    void clientChanged() {
        if (session.client().resets() != resetsSeen) {
            resetsSeen = session.client().resets();
            removeAll();
            monitor(null);
        }
        changed();
    }

    /** There are more or fewer subscriptions than before: in RESP2 a subscriber may do nothing else. */
    void changed() {
        session.client().subscriptions(channels.size(), patterns.size(), shardChannels.size());
        session.modes().restricted((session.protocol() == 2 && total() > 0) || monitoring != null);
    }

    /** Whether the client sees what nodes do, and must not use keys meanwhile. */
    boolean monitors() {
        return monitoring != null;
    }

    /** Begins to show what nodes do; null: no longer. */
    void monitor(@Nullable Monitoring next) {
        if (monitoring != null) {
            monitoring.end();
        }
        monitoring = next;
        changed();
    }

    /** Whether a subscriber has too many messages left to read, or many for too long. */
    boolean tooSlow(long unread, long now) {
        if ((total() == 0 && monitoring == null) || unread <= limits.outputSoftBytes()) {
            overSoftLimitSince = 0;
            return false;
        }
        if (overSoftLimitSince == 0) {
            overSoftLimitSince = now == 0 ? 1 : now;
        }
        return unread > limits.outputBytes() || now - overSoftLimitSince > limits.outputSoftTime().toNanos();
    }

    /** The client left. */
    void close() {
        if (joining != null) {
            joining.cancel();
        }
        removeAll();
        if (monitoring != null) {
            monitoring.end();
        }
    }
}
