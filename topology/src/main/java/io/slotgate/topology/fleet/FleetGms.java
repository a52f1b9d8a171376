package io.slotgate.topology.fleet;

import java.util.Collection;
import java.util.List;
import org.jgroups.Address;
import org.jgroups.View;
import org.jgroups.conf.ClassConfigurator;
import org.jgroups.protocols.pbcast.GMS;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * JGroups' membership, but a member that takes over says so in its own name.
 *
 * <p>Whoever suspects all members before it becomes the coordinator and makes the next view. If one of them is heard of again
 * in that very moment, JGroups makes a view in the name of that one: with its number, but other members than the view which
 * it has made itself. Merging compares no more than names and numbers, so the two would stay apart until something else
 * changes. A member that wakes up after a long pause meets this: it misses all heartbeats and then hears them at once.
 * Here it makes a view of its own, which is merged as after any partition.
 */
final class FleetGms extends GMS {
    private static final Logger lines = LoggerFactory.getLogger(FleetGms.class);

    FleetGms() {
        // By class, and they must understand each other: headers carry it.
        setId(ClassConfigurator.getProtocolId(GMS.class));
    }

    @Override
    public View getNextView(@Nullable Collection<Address> joiners, @Nullable Collection<Address> leavers,
            @Nullable Collection<Address> suspected) {
        View next = super.getNextView(joiners, leavers, suspected);
        if (next == null || !next.containsMember(local_addr) || local_addr.equals(next.getCoord())) {
            return next;
        }
        lines.atDebug().addKeyValue("coordinator", next.getCoord())
                .log("The coordinator is heard of again, a view of our own is to be merged");
        List<Address> alone = List.of(local_addr);
        tmp_members.set(alone);
        return new View(local_addr, next.getViewId().getId(), alone);
    }
}
