package io.slotgate.topology.fleet.agreed;

import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** The settings of a proxy that is alone and has no folder to keep them in: they hold until its end. */
public final class TransientSettings implements AgreedSettings {
    private final Listeners listeners = new Listeners();
    private volatile Agreement current = Agreement.NONE;

    @Override
    public Agreement current() {
        return current;
    }

    @Override
    public synchronized CompletableFuture<Agreement> propose(long expectedVersion, Change change) {
        try {
            current = Decision.of(current, new Proposal(expectedVersion, change)).agreementOrThrow();
        } catch (NotAgreedException e) {
            return CompletableFuture.failedFuture(e);
        }
        listeners.tell(current);
        return CompletableFuture.completedFuture(current);
    }

    @Override
    public Runnable subscribe(Consumer<Agreement> listener) {
        return listeners.add(listener);
    }

    @Override
    public void close() {
        // Nothing is kept.
    }
}
