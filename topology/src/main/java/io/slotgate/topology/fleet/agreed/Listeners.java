package io.slotgate.topology.fleet.agreed;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who is told of agreements. */
final class Listeners {
    private static final Logger log = LoggerFactory.getLogger(Listeners.class);

    private final List<Consumer<Agreement>> listeners = new CopyOnWriteArrayList<>();

    Runnable add(Consumer<Agreement> listener) {
        Consumer<Agreement> added = agreement -> tell(listener, agreement);
        listeners.add(added);
        return () -> listeners.remove(added);
    }

    void tell(Agreement agreement) {
        listeners.forEach(listener -> listener.accept(agreement));
    }

    private static void tell(Consumer<Agreement> listener, Agreement agreement) {
        try {
            listener.accept(agreement);
        } catch (RuntimeException | Error e) {
            log.atError().addKeyValue("version", agreement.version()).setCause(e).log("Settings listener failed");
        }
    }
}
