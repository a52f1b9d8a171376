package io.slotgate.topology.fleet;

import io.slotgate.topology.model.HostPort;
import io.slotgate.topology.model.Observation.ClusterView;
import io.slotgate.topology.model.Observation.Redirect;
import java.util.List;

/** What becomes of what other proxies tell. Called on the fleet's thread: must be quick. */
public interface FleetListener {
    /** Another proxy met this redirect. */
    void redirect(Redirect redirect, String member);

    /** Another proxy knows more; a view of round 0: the round of now has to be put in. */
    void view(ClusterView view, String member);

    /** Another proxy can't reach this node: a reason to ask it, and no more. */
    void lost(HostPort node, String member);

    /** Others have come or gone; all that have said how they are, ourselves first. */
    default void members(List<Member> members) {}

    /**
     * The majority of the voters is lost, or there again; where there are voters.
     *
     * @param cutOff whether nothing can be agreed on
     * @param there voters that can be reached, ourselves included
     * @param voters all there are
     */
    default void cutOff(boolean cutOff, int there, int voters) {}
}
