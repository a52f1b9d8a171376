package io.slotgate.admin.operations;

import io.slotgate.admin.view.ProxyView;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Takes in no further clients and lets those there go in peace. The process stays until it is told to end. Cancelled, it takes clients in
 * again; those that are gone stay gone.
 */
public final class Draining implements Operations.Task {
    private final ProxyView proxy;
    private final Duration most;

    /** @param most how long clients in the middle of something are waited for */
    public Draining(ProxyView proxy, Duration most) {
        this.proxy = proxy;
        this.most = most;
    }

    @Override
    public String run(Consumer<String> progress) throws OperationFailedException, InterruptedException {
        progress.accept(proxy.connections() + " connections; no further ones are taken in");
        try {
            proxy.drain(most);
        } catch (InterruptedException cancelled) {
            progress.accept(takeIn(proxy));
            throw cancelled;
        }
        int left = proxy.connections();
        return left == 0 ? "all clients are gone" : left + " clients are left after " + most.toMillis() + " ms";
    }

    /** The process may be about to end, when clients must not be taken in again. */
    @Override
    public boolean outlivesApi() {
        return true;
    }

    /**
     * Takes clients in again.
     *
     * @return what came of it
     * @throws OperationFailedException if it can't be done; says why
     */
    static String takeIn(ProxyView proxy) throws OperationFailedException {
        try {
            if (!proxy.stopDraining()) {
                throw new OperationFailedException("the process was told to end: clients go, and none are taken in");
            }
        } catch (IOException e) {
            throw new OperationFailedException("no clients can be taken in: " + e.getMessage());
        }
        return "clients are taken in again; " + proxy.connections() + " had stayed";
    }
}
