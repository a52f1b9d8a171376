package io.slotgate.admin.settings;

import io.slotgate.topology.fleet.agreed.AgreedSettings;
import io.slotgate.topology.fleet.agreed.Agreement;
import io.slotgate.topology.fleet.agreed.Change;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** What is agreed on when and told when is for the test to say; proposals are taken and not answered. */
final class ScriptedSettings implements AgreedSettings {
    private final List<Consumer<Agreement>> listeners = new CopyOnWriteArrayList<>();
    volatile Agreement current = Agreement.NONE;

    void tell(Agreement agreement) {
        listeners.forEach(listener -> listener.accept(agreement));
    }

    @Override
    public Agreement current() {
        return current;
    }

    @Override
    public CompletableFuture<Agreement> propose(long expectedVersion, Change change) {
        return new CompletableFuture<>();
    }

    @Override
    public Runnable subscribe(Consumer<Agreement> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    @Override
    public void close() {
        listeners.clear();
    }
}
