package io.slotgate.proxy.server;

import io.slotgate.proxy.redirect.TopologyFeedback;
import io.slotgate.topology.discovery.Discovery;
import io.slotgate.topology.model.HostPort;
import io.slotgate.topology.model.Observation;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What workers learn on the way, told to those whom it concerns. Once the proxy ends, that connections do too is no news. Any thread.
 */
final class WorkerFeedback implements TopologyFeedback {
    private static final Logger log = LoggerFactory.getLogger(WorkerFeedback.class);

    private final Workers workers;
    private final Discovery discovery;
    private final ServerHistory history;
    private final BooleanSupplier ending;
    private final NodeProbes probes;

    /** @param ending whether the proxy ends */
    WorkerFeedback(Workers workers, Discovery discovery, ServerHistory history, BooleanSupplier ending) {
        this.workers = workers;
        this.discovery = discovery;
        this.history = history;
        this.ending = ending;
        this.probes = new NodeProbes(discovery, this::cutSilent);
    }

    @Override
    public void moved(int slot, HostPort owner, HostPort from) {
        discovery.report(new Observation.Redirect(slot, owner, from));
    }

    @Override
    public void unreachable(HostPort node) {
        if (!ending.getAsBoolean()) {
            discovery.report(new Observation.NodeLost(node));
        }
    }

    @Override
    public void lost(HostPort node, long uncertain, long resent) {
        if (!ending.getAsBoolean()) {
            history.lost(node, uncertain, resent);
        }
    }

    @Override
    public void silent(HostPort node) {
        probes.report(node);
    }

    private void cutSilent(HostPort node, long since) {
        if (!ending.getAsBoolean()) {
            log.atWarn().addKeyValue("node", node)
                    .log("Node answers neither commands nor a probe: connections are cut");
            history.cut(node);
            workers.cutSilent(node, since);
        }
    }

    @Override
    public void stale(String cause) {
        discovery.requestRefresh(cause);
    }

    @Override
    public void parked(long since, long commands, long expired) {
        history.parked(since, commands, expired);
    }
}
