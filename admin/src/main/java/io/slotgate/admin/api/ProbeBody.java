package io.slotgate.admin.api;

import io.slotgate.topology.model.NodeFigures;
import io.slotgate.topology.model.NodeHealth;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What probes tell of a node; left out is what is not known.
 *
 * @param connected whether the connection that probes use stands
 * @param micros the last probe took
 * @param meanMicros moving average of it
 * @param at when the node last answered
 * @param failure why its last probe failed
 * @param lagBytes of a replica, by how much it is behind its primary's stream of writes
 */
record ProbeBody(boolean connected, @Nullable Long micros, @Nullable Long meanMicros, @Nullable Instant at,
        @Nullable String failure, @Nullable String server, @Nullable Long uptimeSeconds, @Nullable Boolean loading,
        @Nullable Boolean primaryLinkUp, @Nullable Long lagBytes, @Nullable Long lagMillis,
        @Nullable Long usedMemoryBytes,
        @Nullable Long clients, @Nullable Long opsPerSecond) {
    /** Of a node that has told nothing of itself. */
    private static final NodeFigures UNTOLD = new NodeFigures("", -1, false, null, -1, -1, -1, -1);

    static @Nullable ProbeBody of(@Nullable NodeHealth health) {
        if (health == null) {
            return null;
        }
        NodeFigures figures = Objects.requireNonNullElse(health.figures(), UNTOLD);
        return new ProbeBody(health.connected(), known(health.probeMicros()), known(health.meanProbeMicros()),
                health.lastAnswer(), health.failure(), figures.version().isEmpty() ? null : figures.version(),
                known(figures.uptimeSeconds()), figures == UNTOLD ? null : figures.loading(), figures.primaryLinkUp(),
                known(health.lagBytes()), known(health.lagMillis()), known(figures.usedMemoryBytes()),
                known(figures.clients()), known(figures.opsPerSecond()));
    }

    private static @Nullable Long known(long figure) {
        return figure < 0 ? null : figure;
    }
}
