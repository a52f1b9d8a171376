package io.slotgate.admin.api;

import io.slotgate.topology.history.HistoryEntry;
import io.slotgate.topology.history.NodeName;
import io.slotgate.topology.history.TopologyEvent;
import io.slotgate.topology.history.TopologyEvent.AddressChanged;
import io.slotgate.topology.history.TopologyEvent.ClusterFound;
import io.slotgate.topology.history.TopologyEvent.CommandsParked;
import io.slotgate.topology.history.TopologyEvent.ConnectionsCut;
import io.slotgate.topology.history.TopologyEvent.ConnectionsLost;
import io.slotgate.topology.history.TopologyEvent.CutOff;
import io.slotgate.topology.history.TopologyEvent.CutOffEnded;
import io.slotgate.topology.history.TopologyEvent.DrainBegan;
import io.slotgate.topology.history.TopologyEvent.DrainCancelled;
import io.slotgate.topology.history.TopologyEvent.DrainEnded;
import io.slotgate.topology.history.TopologyEvent.FailedOver;
import io.slotgate.topology.history.TopologyEvent.MemberJoined;
import io.slotgate.topology.history.TopologyEvent.MemberLeft;
import io.slotgate.topology.history.TopologyEvent.MoveBegan;
import io.slotgate.topology.history.TopologyEvent.MoveEnded;
import io.slotgate.topology.history.TopologyEvent.NodeAdded;
import io.slotgate.topology.history.TopologyEvent.NodeHealthChanged;
import io.slotgate.topology.history.TopologyEvent.NodeRemoved;
import io.slotgate.topology.history.TopologyEvent.Noted;
import io.slotgate.topology.history.TopologyEvent.ReplicaAvoided;
import io.slotgate.topology.history.TopologyEvent.ReplicaMoved;
import io.slotgate.topology.history.TopologyEvent.ReplicaUsed;
import io.slotgate.topology.history.TopologyEvent.RoleChanged;
import io.slotgate.topology.history.TopologyEvent.SettingsChanged;
import io.slotgate.topology.history.TopologyEvent.ShardAdded;
import io.slotgate.topology.history.TopologyEvent.ShardRemoved;
import io.slotgate.topology.history.TopologyEvent.SlotsMoved;
import io.slotgate.topology.history.TopologyEvent.ZoneChanged;
import io.slotgate.topology.model.SlotRange;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened, for people and programs.
 *
 * @param id ascending; one that grows gets a new id and replaces the one of the same {@code origin}
 * @param kind of event, a word
 * @param cause how it came to be known, or why it was done
 * @param text for people
 * @param node address of the node it is about; null if it is about none
 */
record EventBody(long id, long origin, Instant at, Instant until, int times, long mapVersion, String kind, String cause,
        String text, @Nullable String node, @Nullable String shard) {
    private static final Pattern HUMPS = Pattern.compile("(?<=[a-z])(?=[A-Z])");

    static EventBody of(HistoryEntry entry) {
        TopologyEvent event = entry.event();
        return new EventBody(entry.id(), entry.origin(), entry.time(), entry.until(), entry.times(), entry.mapVersion(),
                kind(event), entry.cause().toString(), text(event), node(event), shard(event));
    }

    /** {@code FailedOver} is {@code failed-over}. */
    private static String kind(TopologyEvent event) {
        String name = event instanceof Noted noted ? noted.what() : event.getClass().getSimpleName();
        return HUMPS.matcher(name).replaceAll("-").toLowerCase(Locale.ROOT);
    }

    private static String text(TopologyEvent event) {
        return switch (event) {
            case ClusterFound found -> "the cluster is known: " + found.shards() + " shards, " + found.nodes()
                    + " nodes, " + found.coveredSlots() + " slots have an owner";
            case NodeAdded added -> added.node() + " is new, a " + lower(added.role())
                    + (added.zone() == null ? "" : " in zone " + added.zone());
            case NodeRemoved removed -> removed.node() + " is gone from the cluster";
            case NodeHealthChanged changed -> changed.node() + " is " + lower(changed.to()) + ", was "
                    + lower(changed.from());
            case RoleChanged changed ->
                changed.node() + " is a " + lower(changed.to()) + ", was a " + lower(changed.from());
            case ReplicaMoved moved -> moved.node() + " follows " + moved.to() + ", before " + moved.from();
            case AddressChanged changed ->
                changed.node() + " is reached at " + changed.to() + ", before at " + changed.from();
            case ZoneChanged changed -> changed.node() + " is in "
                    + (changed.to() == null ? "no zone" : "zone " + changed.to()) + ", before in " + changed.from();
            case FailedOver failover -> failover.to() + " has taken over from " + failover.from();
            case ShardAdded added -> "a shard has come: primary " + added.primary();
            case ShardRemoved removed -> "a shard has gone: primary " + removed.primary();
            case MoveBegan began -> slots(began.slots()) + " on the way from " + began.from() + " to " + began.to();
            case MoveEnded ended ->
                slots(ended.slots()) + " stayed at " + ended.from() + " instead of going to " + ended.to();
            case SlotsMoved moved ->
                slots(moved.slots()) + " moved from " + some(moved.from()) + " to " + some(moved.to());
            case CommandsParked parked -> parked.commands() + " commands waited for an owner of their slots, at most "
                    + parked.longest().toMillis() + " ms; " + parked.expired() + " in vain";
            case ConnectionsCut cut -> cut.node() + " answered neither commands nor a probe: connections were cut";
            case ConnectionsLost lost -> lost.connections() + " connections to " + lost.node() + " were lost; "
                    + lost.uncertain() + " writes may have been executed or not, " + lost.resent()
                    + " commands are sent again";
            case ReplicaAvoided avoided -> avoided.node() + " is not read from";
            case ReplicaUsed used -> used.node() + " is read from again";
            case MemberJoined joined -> "proxy " + joined.member() + " has come"
                    + (joined.zone() == null ? "" : ", in zone " + joined.zone());
            case MemberLeft left -> "proxy " + left.member() + " is gone or can't be reached";
            case CutOff cut -> "cut off: " + cut.there() + " of " + cut.voters()
                    + " voters can be reached; settings stay as they are";
            case CutOffEnded ended -> ended.there() + " of " + ended.voters() + " voters can be reached again";
            case SettingsChanged changed -> "settings are at version " + changed.version() + ": "
                    + String.join(", ", changed.names());
            case DrainBegan began -> "draining " + began.connections() + " connections";
            case DrainEnded ended -> "drained; " + ended.connections() + " connections are left";
            case DrainCancelled cancelled ->
                "clients are taken in again; " + cancelled.connections() + " connections had stayed";
            case Noted noted -> noted.text();
        };
    }

    private static @Nullable String node(TopologyEvent event) {
        return switch (event) {
            case NodeAdded added -> added.node().toString();
            case NodeRemoved removed -> removed.node().toString();
            case NodeHealthChanged changed -> changed.node().toString();
            case RoleChanged changed -> changed.node().toString();
            case ReplicaMoved moved -> moved.node().toString();
            case AddressChanged changed -> changed.node().toString();
            case ZoneChanged changed -> changed.node().toString();
            case FailedOver failover -> failover.to().toString();
            case ShardAdded added -> added.primary().toString();
            case ShardRemoved removed -> removed.primary().toString();
            case ConnectionsCut cut -> cut.node().toString();
            case ConnectionsLost lost -> lost.node().toString();
            case ReplicaAvoided avoided -> avoided.node().toString();
            case ReplicaUsed used -> used.node().toString();
            default -> null;
        };
    }

    private static @Nullable String shard(TopologyEvent event) {
        return switch (event) {
            case FailedOver failover -> failover.shardId();
            case ShardAdded added -> added.shardId();
            case ShardRemoved removed -> removed.shardId();
            default -> null;
        };
    }

    private static String slots(List<SlotRange> ranges) {
        int count = ranges.stream().mapToInt(range -> range.last() - range.first() + 1).sum();
        return count == 1 ? "slot " + ranges.getFirst().first() : count + " slots";
    }

    private static String some(@Nullable NodeName node) {
        return node == null ? "nobody" : node.toString();
    }

    private static String lower(Enum<?> word) {
        return word.name().toLowerCase(Locale.ROOT);
    }
}
