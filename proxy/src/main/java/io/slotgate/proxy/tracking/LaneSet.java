package io.slotgate.proxy.tracking;

import io.slotgate.topology.model.HostPort;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Lanes to all primaries that tell of the same keys. Confined to the hub's worker. */
final class LaneSet {
    private final Prefixes prefixes;
    private final Map<HostPort, TrackingLane> lanes = new LinkedHashMap<>();

    LaneSet(Prefixes prefixes) {
        this.prefixes = prefixes;
    }

    Prefixes prefixes() {
        return prefixes;
    }

    /** Has a lane to each of these nodes and to no other; true if one that told of changes was given up. */
    boolean follow(List<HostPort> primaries, Function<HostPort, TrackingLane> open) {
        boolean gaveUp = false;
        for (TrackingLane lane : List.copyOf(lanes.values())) {
            if (!primaries.contains(lane.node())) {
                lanes.remove(lane.node());
                gaveUp |= lane.confirmed();
                lane.close();
            }
        }
        for (HostPort primary : primaries) {
            if (!lanes.containsKey(primary)) {
                lanes.put(primary, open.apply(primary));
            }
        }
        return gaveUp;
    }

    boolean has(TrackingLane lane) {
        return lanes.get(lane.node()) == lane;
    }

    /** Whether every primary says what changes; there must be one at least. */
    boolean complete() {
        return !lanes.isEmpty() && lanes.values().stream().allMatch(TrackingLane::confirmed);
    }

    List<TrackingLane> lanes() {
        return List.copyOf(lanes.values());
    }

    void close() {
        lanes().forEach(TrackingLane::close);
        lanes.clear();
    }
}
