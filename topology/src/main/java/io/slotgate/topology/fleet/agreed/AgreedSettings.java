package io.slotgate.topology.fleet.agreed;

import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * A versioned map of texts that is the same at every proxy of a fleet and survives restarts. Any thread; nothing here waits
 * but {@link #close}.
 */
public interface AgreedSettings extends AutoCloseable {
    /** What this member knows to be agreed on: at the member that led a change at once, at others a moment later. */
    Agreement current();

    /**
     * Changes settings, if nobody has changed any since {@code expectedVersion}.
     *
     * @return what was agreed on, when it is committed. Fails with a {@link NotAgreedException} that says why, and whether the
     *         change may still come into force
     */
    CompletableFuture<Agreement> propose(long expectedVersion, Change change);

    /**
     * Has {@code listener} called with every agreement from now on, in the order of versions, on the thread that took it in:
     * it must be quick. What it throws is logged and concerns nobody else.
     *
     * @return ends this when run
     */
    Runnable subscribe(Consumer<Agreement> listener);

    @Override
    void close();
}
