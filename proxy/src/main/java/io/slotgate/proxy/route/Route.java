package io.slotgate.proxy.route;

import io.slotgate.proxy.facade.LocalCommand;
import io.slotgate.proxy.facade.OwnInfo;
import io.slotgate.proxy.facade.Refusal;

/** The way a command takes to its answer. */
public sealed interface Route {
    /** To the owner of its keys' slot, which all keys must share. */
    record Slot() implements Route {}

    /** To the owner of the slot whose number is argument 2: CLUSTER COUNTKEYSINSLOT. */
    record NamedSlot() implements Route {}

    /** Its keys may lie on any slots: cut up by slot, and the replies made one. */
    record Split(Splitting splitting) implements Route {}

    /** To every primary, and the replies made one. */
    record AllPrimaries(Merging merging) implements Route {}

    /** One primary after the other, by a cursor that says which: SCAN. */
    record Scan() implements Route {}

    /** INFO: to every primary, and made one with what is ours. */
    record Info(OwnInfo ours) implements Route {}

    /** To any primary: all would say the same. */
    record AnyNode() implements Route {}

    /** About the clients of all workers: done here, on each of them. */
    record OverClients() implements Route {}

    /** Answered here. */
    record Local(LocalCommand command) implements Route {}

    /**
     * Not done, for a reason.
     *
     * @param otherwise the way of those calls that the refusal does not apply to
     */
    record Rejected(Refusal refusal, Route otherwise) implements Route {}

    Slot SLOT = new Slot();
    AnyNode ANY_NODE = new AnyNode();
    NamedSlot NAMED_SLOT = new NamedSlot();
    Scan SCAN = new Scan();
    OverClients OVER_CLIENTS = new OverClients();

    /** How a command with many keys is cut up. */
    enum Splitting {
        /** Every argument is a key; the reply has one element for each, in their order. */
        MGET(1),
        /** Keys and values in turn; the reply is OK. */
        MSET(2),
        /** Every argument is a key; the reply is the number of those it holds for. */
        COUNT(1);

        private final int argumentsPerKey;

        Splitting(int argumentsPerKey) {
            this.argumentsPerKey = argumentsPerKey;
        }

        public int argumentsPerKey() {
            return argumentsPerKey;
        }
    }

    /** How the replies of all primaries become one. */
    enum Merging {
        /** The sum of integers. */
        SUM,
        /** The first one, as they are all alike. */
        FIRST,
        /** One array of all elements. */
        CONCATENATE,
        /** An array of integers, 1 where all said 1. */
        ALL_TRUE,
        /** One of those that are not null, by chance. */
        ANY_VALUE,
        /** Entries of the slow log, newest first, as many as were asked for. */
        SLOW_LOG,
        /** Latencies with their times, oldest first. */
        LATENCY_HISTORY,
        /** The last latency of each event. */
        LATEST_EVENTS
    }
}
