package io.slotgate.proxy.pubsub;

/**
 * Where the one subscription to a topic stands.
 *
 * <pre>
 *              lane found                 lane ready            confirmed
 *   Homeless ─────────────> AtLane ──────────────────> Asked ─────────────> Active
 *      ^                       │                         │                     │
 *      └───────────────────────┴──── lane lost, slot moved, not now ───────────┘
 *   Left: from anywhere, for good; nobody wants it any more, or it can't be had
 * </pre>
 */
sealed interface Standing {
    /** No node is known that could have it. */
    record Homeless() implements Standing {
        AtLane placed(Lane lane) {
            return new AtLane(lane);
        }
    }

    /** Waits until the lane to its node is ready. */
    record AtLane(Lane lane) implements Standing {
        Asked sent() {
            return new Asked(lane);
        }
    }

    /** The node was asked and has not answered. */
    record Asked(Lane lane) implements Standing {
        Active confirmed() {
            return new Active(lane);
        }
    }

    /** Messages come. */
    record Active(Lane lane) implements Standing {}

    /** Over. */
    record Left() implements Standing {}

    Homeless HOMELESS = new Homeless();
    Left LEFT = new Left();
}
