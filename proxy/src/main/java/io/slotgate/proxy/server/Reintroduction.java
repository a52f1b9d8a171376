package io.slotgate.proxy.server;

import io.slotgate.proxy.session.MadeUsers;
import io.slotgate.topology.model.HostPort;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * Makes a user once more on nodes that refuse it: one that was started again, or joined, may not know it. The channels there
 * connect again on their own meanwhile. Only a node that refuses to make the user, or that still does not know it after it was
 * told, has the last word. Confined to its worker.
 */
final class Reintroduction {
    /** How often a node is told before it is believed; channels that were connecting meanwhile are refused once more. */
    private static final int MOST_TOLD = 5;

    private final String user;
    private final MadeUsers made;
    private final Executor loop;
    private final Map<HostPort, Integer> told = new HashMap<>();
    private final Set<HostPort> telling = new HashSet<>();

    Reintroduction(String user, MadeUsers made, Executor loop) {
        this.user = user;
        this.made = made;
        this.loop = loop;
    }

    /** A node has refused the user; {@code lost} gets the error if that is to stay so. */
    void onRefused(HostPort node, String error, Consumer<String> lost) {
        if (told.getOrDefault(node, 0) >= MOST_TOLD) {
            lost.accept(error);
            return;
        }
        if (!telling.add(node)) {
            return;
        }
        made.again(node).thenRunAsync(() -> {
            telling.remove(node);
            told.merge(node, 1, Integer::sum);
            String refusal = made.refusal(user);
            if (refusal != null) {
                lost.accept(refusal);
            }
        }, loop);
    }

    /** A node knows the user. */
    void onAccepted(HostPort node) {
        told.remove(node);
    }
}
