package io.slotgate.topology.fleet;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What this proxy says when another one asks. */
@FunctionalInterface
public interface FleetAnswers {
    /** Of a proxy that has nothing to say. */
    FleetAnswers NONE = what -> CompletableFuture.completedFuture(null);

    /**
     * The answer to a question. Called on the fleet's thread, so what takes long has to be done on another one; who asks waits for
     * about a second.
     *
     * @param what the kind of question, 0..255
     * @return completes with at most {@value FleetCodec#LONGEST_ANSWER} bytes; with {@code null}, or a failure, if it can't be said
     */
    CompletableFuture<byte @Nullable []> answer(int what);
}
