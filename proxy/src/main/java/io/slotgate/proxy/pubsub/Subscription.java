package io.slotgate.proxy.pubsub;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The process's one subscription to a topic, and the desks that want it. Confined to the hub's worker. */
final class Subscription {
    private final Topic topic;
    private final Map<Desk, Long> interested = new HashMap<>();
    private Standing standing = Standing.HOMELESS;
    private boolean everActive;
    private int detours;

    Subscription(Topic topic) {
        this.topic = topic;
    }

    Topic topic() {
        return topic;
    }

    /** Whether messages come. */
    boolean active() {
        return standing instanceof Standing.Active;
    }

    /** Whether it was there once: then it is taken up again for as long as it takes, since clients rely on it. */
    boolean everActive() {
        return everActive;
    }

    boolean left() {
        return standing instanceof Standing.Left;
    }

    boolean homeless() {
        return standing instanceof Standing.Homeless;
    }

    /** Counts one more redirect since it was last there. */
    int countDetour() {
        return ++detours;
    }

    /** The lane it is at; null if it is at none. */
    @Nullable
    Lane lane() {
        return switch (standing) {
            case Standing.AtLane(Lane lane) -> lane;
            case Standing.Asked(Lane lane) -> lane;
            case Standing.Active(Lane lane) -> lane;
            case Standing.Homeless() -> null;
            case Standing.Left() -> null;
        };
    }

    /** Whether the node of its lane has been, or will be, told that it is to begin. */
    boolean toldNode() {
        return standing instanceof Standing.Asked || standing instanceof Standing.Active;
    }

    boolean askedAt(Lane lane) {
        return standing instanceof Standing.Asked asked && asked.lane() == lane;
    }

    boolean activeAt(Lane lane) {
        return standing instanceof Standing.Active active && active.lane() == lane;
    }

    void placed(Lane lane) {
        if (!(standing instanceof Standing.Homeless homelessNow)) {
            throw illegalState("placed");
        }
        standing = homelessNow.placed(lane);
    }

    void sent() {
        if (!(standing instanceof Standing.AtLane atLane)) {
            throw illegalState("sent");
        }
        standing = atLane.sent();
    }

    void confirmed() {
        if (!(standing instanceof Standing.Asked asked)) {
            throw illegalState("confirmed");
        }
        standing = asked.confirmed();
        everActive = true;
        detours = 0;
    }

    void displaced() {
        if (left()) {
            throw illegalState("displaced");
        }
        standing = Standing.HOMELESS;
    }

    void leave() {
        standing = Standing.LEFT;
    }

    /** @param ticket what the desk will know the answer by */
    void want(Desk desk, long ticket) {
        interested.put(desk, ticket);
    }

    /** A desk has no use for it any more; returns whether nobody has. */
    boolean unwant(Desk desk, long ticket) {
        return interested.remove(desk, ticket) && interested.isEmpty();
    }

    Set<Desk> desks() {
        return interested.keySet();
    }

    /** Tells all who want it that it is there. */
    void tellConfirmed() {
        interested.forEach((desk, ticket) -> desk.confirmed(topic, ticket));
    }

    /** Tells all who want it that it can't be had. */
    void tellFailed(String error) {
        interested.forEach((desk, ticket) -> desk.failed(topic, ticket, error));
    }

    private IllegalStateException illegalState(String event) {
        return new IllegalStateException(topic + ": " + event + " while " + standing.getClass().getSimpleName());
    }
}
