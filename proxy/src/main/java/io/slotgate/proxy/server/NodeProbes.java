package io.slotgate.proxy.server;

import io.slotgate.topology.discovery.Discovery;
import io.slotgate.topology.model.HostPort;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ObjLongConsumer;

/**
 * Has nodes probed that leave commands of workers unanswered, one probe of a node at a time, and the others asked what they think
 * of it. Any thread.
 */
final class NodeProbes {
    private final Discovery discovery;
    private final ObjLongConsumer<HostPort> lost;
    private final Set<HostPort> underWay = ConcurrentHashMap.newKeySet();

    /** @param lost gets a node that did not answer its probe, and when that began, {@link System#nanoTime} */
    NodeProbes(Discovery discovery, ObjLongConsumer<HostPort> lost) {
        this.discovery = discovery;
        this.lost = lost;
    }

    /** A worker says that the node leaves commands unanswered. */
    void report(HostPort node) {
        discovery.requestRefresh("commands unanswered");
        if (!underWay.add(node)) {
            return;
        }
        long since = System.nanoTime();
        discovery.probe(node).whenComplete((answers, closed) -> {
            underWay.remove(node);
            if (closed == null && !answers) {
                lost.accept(node, since);
            }
        });
    }
}
