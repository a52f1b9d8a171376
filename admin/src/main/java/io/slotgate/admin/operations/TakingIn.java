package io.slotgate.admin.operations;

import io.slotgate.admin.view.ProxyView;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Takes clients in again after a drain, or amid one. */
public final class TakingIn implements Operations.Task {
    private static final long LOOK_MILLIS = 20;

    private final ProxyView proxy;
    private final @Nullable Operation drain;

    /** @param drain that is under way; null: none is */
    public TakingIn(ProxyView proxy, @Nullable Operation drain) {
        this.proxy = proxy;
        this.drain = drain;
    }

    @Override
    public String run(Consumer<String> progress) throws OperationFailedException, InterruptedException {
        if (drain != null && drain.cancel()) {
            progress.accept("cancelling operation " + drain.id());
        }
        while (drain != null && drain.running()) {
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
        return Draining.takeIn(proxy);
    }
}
