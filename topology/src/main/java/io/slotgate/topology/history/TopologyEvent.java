package io.slotgate.topology.history;

import io.slotgate.topology.model.Health;
import io.slotgate.topology.model.HostPort;
import io.slotgate.topology.model.Role;
import io.slotgate.topology.model.SlotRange;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Something that happened: to the cluster, as two maps in a row show it, or to this proxy. */
public sealed interface TopologyEvent {

    /**
     * Whether {@code next}, which came soon after this, is a part or a continuation of it.
     *
     * @return what both are together; this itself if the other adds nothing; {@code null} if they are two events
     */
    default @Nullable TopologyEvent with(TopologyEvent next) {
        return equals(next) ? this : null;
    }

    /** Whether the very same, soon after this, has happened twice, rather than having been learned twice. */
    default boolean isCounted() {
        return true;
    }

    /** The first map: here the history begins. */
    record ClusterFound(int shards, int nodes, int coveredSlots) implements TopologyEvent {}

    /** A node is known that was not before. */
    record NodeAdded(NodeName node, Role role, @Nullable String zone) implements TopologyEvent {}

    /** A node is not known any more. */
    record NodeRemoved(NodeName node) implements TopologyEvent {}

    /** A node is better or worse than it was. */
    record NodeHealthChanged(NodeName node, Health from, Health to) implements TopologyEvent {}

    /** A node is a primary that was a replica, or the other way; not those of a failover. */
    record RoleChanged(NodeName node, Role from, Role to) implements TopologyEvent {}

    /** A replica follows another shard's primary. */
    record ReplicaMoved(NodeName node, NodeName from, NodeName to) implements TopologyEvent {}

    /** A node is reached elsewhere. */
    record AddressChanged(NodeName node, HostPort from, HostPort to) implements TopologyEvent {}

    /** A node says that it is in another zone; that it says so for the first time is no event. */
    record ZoneChanged(NodeName node, String from, @Nullable String to) implements TopologyEvent {}

    /**
     * A replica has taken the place of its primary.
     *
     * @param shardId the shard as it is called now
     */
    record FailedOver(String shardId, NodeName from, NodeName to) implements TopologyEvent {
        @Override
        public @Nullable TopologyEvent with(TopologyEvent next) {
            return isPart(next) ? this : null;
        }

        @Override
        public boolean isCounted() {
            return false;
        }

        /** Redirects show a failover slot by slot before a view shows the whole. */
        private boolean isPart(TopologyEvent next) {
            return switch (next) {
                case FailedOver same -> from.isSame(same.from) && to.isSame(same.to);
                case SlotsMoved moved -> moved.isBetween(from, to);
                case RoleChanged role -> role.node.isSame(from) || role.node.isSame(to);
                case ReplicaMoved replica -> replica.from.isSame(from) && replica.to.isSame(to);
                case ShardRemoved removed -> removed.primary.isSame(from);
                case ShardAdded added -> added.primary.isSame(to);
                default -> false;
            };
        }
    }

    /** A primary has got its first slots. */
    record ShardAdded(String shardId, NodeName primary) implements TopologyEvent {}

    /** A primary has lost its last slots. */
    record ShardRemoved(String shardId, NodeName primary) implements TopologyEvent {}

    /**
     * Slots are on their way, and still at their owner.
     *
     * @param slots in order, disjoint
     */
    record MoveBegan(List<SlotRange> slots, NodeName from, NodeName to) implements TopologyEvent {
        public MoveBegan {
            slots = List.copyOf(slots);
        }

        @Override
        public @Nullable TopologyEvent with(TopologyEvent next) {
            return switch (next) {
                case MoveBegan more when from.isSame(more.from) && to.isSame(more.to) ->
                    new MoveBegan(Slots.union(slots, more.slots), from, to);
                case SlotsMoved moved when moved.isBetween(from, to) -> moved;
                default -> null;
            };
        }
    }

    /**
     * Slots that were on their way are so no more, and have stayed where they were.
     *
     * @param slots in order, disjoint
     */
    record MoveEnded(List<SlotRange> slots, NodeName from, NodeName to) implements TopologyEvent {
        public MoveEnded {
            slots = List.copyOf(slots);
        }

        @Override
        public @Nullable TopologyEvent with(TopologyEvent next) {
            return next instanceof MoveEnded more && from.isSame(more.from) && to.isSame(more.to)
                    ? new MoveEnded(Slots.union(slots, more.slots), from, to)
                    : null;
        }
    }

    /**
     * Slots have another owner.
     *
     * @param slots in order, disjoint
     * @param from {@code null} if they had none
     * @param to {@code null} if they have none now
     */
    record SlotsMoved(List<SlotRange> slots, @Nullable NodeName from, @Nullable NodeName to) implements TopologyEvent {
        public SlotsMoved {
            slots = List.copyOf(slots);
        }

        /** Those that still are on their way between the two are told when they have arrived. */
        @Override
        public @Nullable TopologyEvent with(TopologyEvent next) {
            return switch (next) {
                case SlotsMoved more when same(from, more.from) && same(to, more.to) ->
                    new SlotsMoved(Slots.union(slots, more.slots), from, to);
                case MoveBegan began when isBetween(began.from, began.to) -> this;
                default -> null;
            };
        }

        boolean isBetween(NodeName first, NodeName second) {
            return same(from, first) && same(to, second);
        }

        private static boolean same(@Nullable NodeName a, @Nullable NodeName b) {
            return (a == null || b == null) ? a == b : a.isSame(b);
        }
    }

    /**
     * Commands waited for an owner of their slots. While some wait on, or soon others do, it is the same event.
     *
     * @param commands how many; one that waited twice counts twice
     * @param expired how many of them were refused in the end
     * @param longest how long at most some command or other was waiting without a break
     */
    record CommandsParked(long commands, long expired, Duration longest) implements TopologyEvent {
        @Override
        public @Nullable TopologyEvent with(TopologyEvent next) {
            return next instanceof CommandsParked more ? and(more) : null;
        }

        /** These and others. */
        public CommandsParked and(CommandsParked more) {
            return new CommandsParked(commands + more.commands, expired + more.expired,
                    longest.compareTo(more.longest) >= 0 ? longest : more.longest);
        }
    }

    /** A node answered neither commands nor a probe, and its connections were cut. */
    record ConnectionsCut(HostPort node) implements TopologyEvent {}

    /**
     * Connections of clients' commands to a node ended that were ready; more of them soon after are the same event.
     *
     * @param connections how many
     * @param uncertain writes under way of which nobody knows whether they were executed, which clients were told
     * @param resent commands under way that are sent again
     */
    record ConnectionsLost(HostPort node, long connections, long uncertain, long resent) implements TopologyEvent {
        @Override
        public @Nullable TopologyEvent with(TopologyEvent next) {
            return next instanceof ConnectionsLost more && more.node.equals(node) ? and(more) : null;
        }

        /** These and others to the same node. */
        public ConnectionsLost and(ConnectionsLost more) {
            return new ConnectionsLost(node, connections + more.connections, uncertain + more.uncertain,
                    resent + more.resent);
        }
    }

    /** A replica is not read from any more. */
    record ReplicaAvoided(HostPort node) implements TopologyEvent {}

    /** A replica that was avoided is read from again. */
    record ReplicaUsed(HostPort node) implements TopologyEvent {}

    /** Another proxy of the fleet is there. */
    record MemberJoined(String member, @Nullable String zone) implements TopologyEvent {}

    /** Another proxy of the fleet is gone, or can't be reached. */
    record MemberLeft(String member) implements TopologyEvent {}

    /**
     * This proxy can't reach a majority of its fleet's voters: nothing new is agreed on, and it goes on with what it has.
     *
     * @param there voters it can reach, itself included
     * @param voters all there are
     */
    record CutOff(int there, int voters) implements TopologyEvent {}

    /** The majority of the fleet's voters can be reached again. */
    record CutOffEnded(int there, int voters) implements TopologyEvent {}

    /** The fleet has agreed on settings; their values may be secret. */
    record SettingsChanged(long version, List<String> names) implements TopologyEvent {
        public SettingsChanged {
            names = List.copyOf(names);
        }
    }

    /** This proxy lets no further clients in. */
    record DrainBegan(int connections) implements TopologyEvent {}

    /** This proxy has waited for its clients to go. */
    record DrainEnded(int connections) implements TopologyEvent {}

    /** This proxy takes clients in again. */
    record DrainCancelled(int connections) implements TopologyEvent {}

    /**
     * Something else that operators should see.
     *
     * @param what a short name, the same for the same kind of thing
     * @param text for people
     */
    record Noted(String what, String text) implements TopologyEvent {}
}
