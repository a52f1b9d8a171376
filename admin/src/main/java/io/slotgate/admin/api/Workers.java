package io.slotgate.admin.api;

import io.slotgate.admin.http.FieldProblem;
import io.slotgate.admin.http.Refusal;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for what the workers of the data plane say. */
final class Workers {
    private static final long PATIENCE_SECONDS = 5;

    private Workers() {}

    /** @throws Refusal 503 if they don't answer in time */
    static <T> T await(CompletableFuture<T> asked) throws InterruptedException {
        try {
            return asked.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new Refusal(503, "the workers did not answer in " + PATIENCE_SECONDS + " s",
                    new FieldProblem("workers", "silent", "an answer in " + PATIENCE_SECONDS + " s"));
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }
}
