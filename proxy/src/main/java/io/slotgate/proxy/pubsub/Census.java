package io.slotgate.proxy.pubsub;

import io.slotgate.proxy.route.Route.Audience;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How many sessions of this process want a topic, and how many subscriptions to it the nodes have from us: what PUBSUB NUMSUB
 * has to add to the nodes' figures, and to take off them. Written by all workers whenever a session subscribes or leaves.
 */
public final class Census {
    private final ConcurrentHashMap<Topic, Integer> sessions = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<Topic, Integer> atNodes = new ConcurrentHashMap<>();

    /** The true number of subscribers, as far as we know them, where the primaries say {@code atPrimaries} in all. */
    public long subscribers(Audience audience, String name, long atPrimaries) {
        Topic topic = new Topic(audience, name);
        long others = Math.max(0, atPrimaries - atNodes.getOrDefault(topic, 0));
        return others + sessions.getOrDefault(topic, 0);
    }

    void session(Topic topic, int change) {
        add(sessions, topic, change);
    }

    void atNode(Topic topic, int change) {
        add(atNodes, topic, change);
    }

    private static void add(ConcurrentHashMap<Topic, Integer> counts, Topic topic, int change) {
        counts.compute(topic, (key, count) -> {
            int sum = (count == null ? 0 : count) + change;
            return sum == 0 ? null : sum;
        });
    }
}
