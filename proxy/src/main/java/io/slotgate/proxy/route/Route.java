package io.slotgate.proxy.route;

import io.slotgate.proxy.facade.LocalCommand;
import io.slotgate.proxy.facade.Login;
import io.slotgate.proxy.facade.OwnInfo;
import io.slotgate.proxy.facade.Refusal;
import io.slotgate.proxy.resp.RequestFrame;

/** The way a command takes to its answer. */
public sealed interface Route {
    /** To the owner of its keys' slot, which all keys must share. */
    record Slot() implements Route {}

    /** To the owner of the slot whose number is argument 2: CLUSTER COUNTKEYSINSLOT. */
    record NamedSlot() implements Route {}

    /** To the owner of the slot that argument 2 hashes to, if it has one, though the table knows of no key: DEBUG OBJECT. */
    record NamedKey() implements Route {}

    /** Its keys may lie on any slots: cut up by slot, and the replies made one. */
    record Split(Splitting splitting) implements Route {}

    /** To every primary, and the replies made one. */
    record AllPrimaries(Merging merging) implements Route {}

    /** As {@link AllPrimaries}, about all keys there are: more than once while slots move. */
    record AllKeys(Keyspace about) implements Route {}

    /**
     * SCAN: by a cursor, one slot after the other.
     *
     * @param bySlot whether the nodes have a hash table for each slot, so that their cursors name one; else a slot is read by
     * CLUSTER GETKEYSINSLOT
     */
    record Scan(boolean bySlot) implements Route {}

    /** As its keys or its subcommand say, and with an eye on the script it brings or names. */
    record Script(Use use) implements Route {}

    /** INFO: to every primary, and made one with what is ours. */
    record ClusterInfo(OwnInfo ours) implements Route {}

    /** To any primary: all would say the same. */
    record AnyNode() implements Route {}

    /**
     * Blocks its connection, which is one of its own: at the owner of its keys' slot, or at all primaries.
     *
     * @param timeout tells whether a call blocks and for how long; one that does not takes the way of {@link Slot}
     */
    record Leased(BlockTimeout timeout, boolean atAllPrimaries) implements Route {
        public boolean blocks(RequestFrame frame) {
            return timeout.argument(frame) > 0;
        }
    }
    /** Begins, ends or guards a transaction. */
    record Transaction(Verb verb) implements Route {}
    /** To the owner of the slot that argument 1 hashes to, so that all messages of a channel take one way: PUBLISH. */
    record Channel() implements Route {}

    /** Begins or ends subscriptions, of which this process holds one for all its clients: SUBSCRIBE and its kin. */
    record Subscribe(Audience audience, boolean begin) implements Route {}

    /** To every primary, and the true number of subscribers made of the replies: PUBSUB NUMSUB. */
    record Subscribers(Audience audience) implements Route {}
    /** About the clients of all workers: done here, on each of them. */
    record OverClients() implements Route {}

    /** Begins or ends that a client is told of changes of what it may have cached: CLIENT TRACKING. */
    record Tracking() implements Route {}

    /**
     * SELECT, where the nodes have more than one database: what follows goes by channels that have selected another.
     *
     * @param databases how many there are
     */
    record Select(int databases) implements Route {}

    /** What all primaries do is shown to the client from now on, each on a connection of its own: MONITOR. */
    record Monitor() implements Route {}

    /** Answered here, when a node has accepted the user if that is one of the cluster's. */
    record LogIn(Login command) implements Route {}

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
    NamedKey NAMED_KEY = new NamedKey();
    Channel CHANNEL = new Channel();

    /** What can be subscribed to. */
    enum Audience {
        /** A channel of the whole cluster. */
        CHANNEL,
        /** All channels of the whole cluster whose names are like this. */
        PATTERN,
        /** A channel of one shard. */
        SHARD
    }

    /** The commands that make a transaction. */
    enum Verb {
        MULTI, EXEC, DISCARD, WATCH, UNWATCH
    }
    OverClients OVER_CLIENTS = new OverClients();
    Tracking TRACKING = new Tracking();
    Monitor MONITOR = new Monitor();

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

    /** What is asked, or done, about all keys. */
    enum Keyspace {
        /** All that match: KEYS. */
        NAMES(Merging.CONCATENATE),
        /** How many there are: DBSIZE. */
        COUNT(Merging.SUM),
        /** One by chance: RANDOMKEY. */
        ANY_KEY(Merging.ANY_VALUE),
        /** Forgets them: FLUSHALL, FLUSHDB. */
        FLUSH(Merging.FIRST);

        private final Merging merging;

        Keyspace(Merging merging) {
            this.merging = merging;
        }

        /** How the replies of all primaries are made one. */
        public Merging merging() {
            return merging;
        }
    }

    /** What a command does with a script. */
    enum Use {
        /** Brings it as argument 1. */
        EVAL,
        /** Names it by argument 1. */
        EVALSHA,
        /** Brings it as argument 2, for all primaries. */
        LOAD,
        /** Names it by argument 2. */
        SHOW,
        /** Asks all primaries whether they have some. */
        EXISTS,
        /** Lets all primaries forget all. */
        FLUSH
    }

    /** How the replies of all primaries become one. */
    enum Merging {
        /** The sum of integers. */
        SUM,
        /** The first one, as they are all alike; where some fail, what fails and how many did it. */
        FIRST,
        /** OK if one node stopped a script, an error if one can't be stopped. */
        KILLED,
        /** That of the node on which something runs, else any. */
        RUNNING,
        /** One array of all elements. */
        CONCATENATE,
        /** One array of all elements, each once. */
        UNION,
        /** An array of integers, 1 where all said 1. */
        ALL_TRUE,
        /** One of those that are not null, by chance. */
        ANY_VALUE,
        /** Entries of the slow log, newest first, as many as were asked for. */
        SLOW_LOG,
        /** The sum of how many entries there are, with our own. */
        SLOW_LOG_LENGTH,
        /** As {@link #FIRST}; our own entries are forgotten, too. */
        SLOW_LOG_RESET,
        /** Latencies with their times, oldest first. */
        LATENCY_HISTORY,
        /** The last latency of each event. */
        LATEST_EVENTS,
        /** The sum of the events that are forgotten, with our own. */
        LATENCY_RESET,
        /** Calls of each command by how long they took, added up. */
        HISTOGRAMS,
        /** What each says to people, one below the other. */
        TEXTS
    }
}
