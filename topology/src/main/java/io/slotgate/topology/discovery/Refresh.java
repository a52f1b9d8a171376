package io.slotgate.topology.discovery;

import io.slotgate.topology.model.HostPort;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One refresh: several nodes are asked at once, and the next candidate for each that fails, until all have answered or
 * no candidate is left. Each view is handed on as it comes; a refresh does not wait for its slowest node. For the
 * discovery thread.
 */
final class Refresh {
    /** What becomes of a refresh. */
    interface Outcome {
        /** {@code address} is being asked. */
        void onAsked(HostPort address, long round);

        /** {@code address} is not asked, for it has not answered an earlier refresh yet. */
        void onBusy(HostPort address);

        /** A node answered. */
        void onView(HostPort address, Probe.Answer answer);

        /** A node did not answer, or nonsense. */
        void onFailure(HostPort address, Throwable failure);

        /** No candidate is left and none has answered, or may still answer an earlier refresh. */
        void onNobody(int asked);
    }

    private static final Logger log = LoggerFactory.getLogger(Refresh.class);

    private final long round;
    private final Queue<HostPort> candidates;
    private final NodeProber prober;
    private final Outcome outcome;
    private int asked;
    private int underWay;
    private int answered;
    private int skipped;

    Refresh(long round, List<HostPort> candidates, NodeProber prober, Outcome outcome) {
        this.round = round;
        this.candidates = new ArrayDeque<>(candidates);
        this.prober = prober;
        this.outcome = outcome;
    }

    /** Asks {@code width} nodes, or all candidates if they are fewer. */
    void start(int width) {
        for (int i = 0; i < width; i++) {
            askNext();
        }
        endIfNobody();
    }

    private void askNext() {
        HostPort next = candidates.poll();
        while (next != null && prober.isUnderWay(next)) {
            skipped++;
            outcome.onBusy(next);
            next = candidates.poll();
        }
        if (next == null) {
            return;
        }
        HostPort address = next;
        asked++;
        underWay++;
        outcome.onAsked(address, round);
        prober.view(address, round).<@Nullable Void>handle((answer, failure) -> {
            underWay--;
            ended(address, answer, failure);
            return null;
        }).exceptionally(mistake -> {
            log.atError().addKeyValue("node", address).setCause(mistake).log("Refresh failed");
            return null;
        });
    }

    private void ended(HostPort address, Probe.@Nullable Answer answer, @Nullable Throwable failure) {
        if (answer != null) {
            answered++;
            outcome.onView(address, answer);
            return;
        }
        outcome.onFailure(address, failure == null ? new IllegalStateException("no answer") : failure);
        askNext();
        endIfNobody();
    }

    private void endIfNobody() {
        if (underWay == 0 && answered == 0 && skipped == 0) {
            outcome.onNobody(asked);
        }
    }
}
