package io.slotgate.proxy.server;

import io.slotgate.topology.discovery.Discovery;
import io.slotgate.topology.fleet.Member;
import io.slotgate.topology.fleet.agreed.Agreement;
import io.slotgate.topology.history.TopologyEvent;
import io.slotgate.topology.history.TopologyEvent.CommandsParked;
import io.slotgate.topology.history.TopologyEvent.ConnectionsCut;
import io.slotgate.topology.history.TopologyEvent.ConnectionsLost;
import io.slotgate.topology.history.TopologyEvent.CutOff;
import io.slotgate.topology.history.TopologyEvent.CutOffEnded;
import io.slotgate.topology.history.TopologyEvent.DrainBegan;
import io.slotgate.topology.history.TopologyEvent.DrainCancelled;
import io.slotgate.topology.history.TopologyEvent.DrainEnded;
import io.slotgate.topology.history.TopologyEvent.MemberJoined;
import io.slotgate.topology.history.TopologyEvent.MemberLeft;
import io.slotgate.topology.history.TopologyEvent.ReplicaAvoided;
import io.slotgate.topology.history.TopologyEvent.ReplicaUsed;
import io.slotgate.topology.history.TopologyEvent.SettingsChanged;
import io.slotgate.topology.history.TopologyHistory;
import io.slotgate.topology.model.Cause;
import io.slotgate.topology.model.HostPort;
import io.slotgate.topology.table.TopologyTable;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Puts into the history what this proxy does and meets, besides what the slot maps show. Methods may be called from any
 * thread: what they record is recorded on the discovery thread, so that no event loop waits.
 */
final class ServerHistory {
    private static final Duration TICK = Duration.ofSeconds(1);

    private final Discovery discovery;
    private final TopologyHistory history = new TopologyHistory(InstantSource.system());

    // of the discovery thread
    private Set<HostPort> avoided = Set.of();
    private Map<String, Member> members = Map.of();
    private Map<String, String> settings = Map.of();
    private @Nullable CommandsParked parked;
    private Instant parkedSince = Instant.MAX;
    private final Map<HostPort, ConnectionsLost> lost = new LinkedHashMap<>();

    ServerHistory(TopologyTable table, Discovery discovery) {
        this.discovery = discovery;
        table.watch(history::onChange);
        discovery.every(TICK, this::tick);
    }

    TopologyHistory history() {
        return history;
    }

    void record(TopologyEvent event, Cause cause) {
        discovery.later(() -> history.record(event, cause));
    }

    void cut(HostPort node) {
        record(new ConnectionsCut(node), Cause.silent(node));
    }

    void drainBegan(int connections) {
        record(new DrainBegan(connections), Cause.operator(""));
    }

    void drainEnded(int connections) {
        record(new DrainEnded(connections), Cause.proxy(""));
    }

    void drainCancelled(int connections) {
        record(new DrainCancelled(connections), Cause.operator(""));
    }

    /** These replicas, and no others, are not read from. */
    void avoids(Set<HostPort> behind) {
        discovery.later(() -> {
            Set<HostPort> before = avoided;
            avoided = behind;
            without(behind, before).forEach(
                    node -> history.record(new ReplicaAvoided(node), Cause.proxy("too far behind its primary")));
            without(before, behind).forEach(
                    node -> history.record(new ReplicaUsed(node), Cause.proxy("no more too far behind")));
        });
    }

    /** These are all members of the fleet, ourselves first. */
    void members(List<Member> all) {
        discovery.later(() -> {
            Map<String, Member> before = members;
            members = all.stream().skip(1)
                    .collect(Collectors.toMap(Member::id, member -> member, (a, b) -> b, TreeMap::new));
            members.forEach((id, member) -> {
                if (!before.containsKey(id)) {
                    history.record(new MemberJoined(id, member.zone()), new Cause(Cause.Kind.FLEET, id, ""));
                }
            });
            before.keySet().forEach(id -> {
                if (!members.containsKey(id)) {
                    history.record(new MemberLeft(id), new Cause(Cause.Kind.FLEET, id, ""));
                }
            });
        });
    }

    /** The majority of the fleet's voters is lost, or there again. */
    void cutOff(boolean cutOff, int there, int voters) {
        record(cutOff ? new CutOff(there, voters) : new CutOffEnded(there, voters), Cause.proxy(""));
    }

    /** What was agreed on before we came is no event. */
    void startsWith(Agreement agreement) {
        discovery.later(() -> settings = agreement.values());
    }

    void agreed(Agreement agreement) {
        discovery.later(() -> {
            Set<String> names = new TreeSet<>(settings.keySet());
            names.addAll(agreement.values().keySet());
            // Who changed them and when is no setting.
            names.removeIf(name -> name.startsWith("changed.")
                    || Objects.equals(settings.get(name), agreement.value(name)));
            settings = agreement.values();
            if (!names.isEmpty()) {
                history.record(new SettingsChanged(agreement.version(), List.copyOf(names)), Cause.operator(""));
            }
        });
    }

    /** Commands waited on some worker: those of a second are told at once. {@code since} as of {@link System#nanoTime}. */
    void parked(long since, long commands, long expired) {
        Duration length = Duration.ofNanos(System.nanoTime() - since);
        discovery.later(() -> {
            CommandsParked more = new CommandsParked(commands, expired, length);
            CommandsParked before = parked;
            parked = before == null ? more : before.and(more);
            Instant began = Instant.now().minus(length);
            parkedSince = began.isBefore(parkedSince) ? began : parkedSince;
        });
    }

    /** A worker lost a connection: those of a second are told at once. */
    void lost(HostPort node, long uncertain, long resent) {
        discovery.later(() -> lost.merge(node, new ConnectionsLost(node, 1, uncertain, resent), ConnectionsLost::and));
    }

    private void tick() {
        lost.values().forEach(each -> history.record(each, Cause.proxy("connections ended")));
        lost.clear();
        CommandsParked waited = parked;
        if (waited != null) {
            history.record(waited, Cause.proxy("no channel to the owner of a slot"), parkedSince);
            parked = null;
            parkedSince = Instant.MAX;
        }
        history.settle();
    }

    private static Set<HostPort> without(Set<HostPort> all, Set<HostPort> others) {
        Set<HostPort> rest = new HashSet<>(all);
        rest.removeAll(others);
        return rest;
    }
}
