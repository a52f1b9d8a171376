package io.slotgate.admin.api;

import io.javalin.http.Context;
import io.slotgate.admin.http.FieldProblem;
import io.slotgate.admin.http.Refusal;
import io.slotgate.admin.security.Gatekeeper;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Remembers what requests with an {@code Idempotency-Key} were answered, so that a client that has lost the answer may ask again: the latest
 * {@value #MOST} for an hour. What failed is not remembered: it may be tried again. Any thread.
 *
 * @see <a href="https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/">The Idempotency-Key header</a>
 */
final class IdempotencyKeys {
    static final int MOST = 1000;
    static final int LONGEST = 200;
    private static final long KEPT_NANOS = TimeUnit.HOURS.toNanos(1);

    private final LongSupplier clock;
    private final Map<String, Answered> answers = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Answered> eldest) {
            return size() > MOST;
        }
    };

    /** @param result null while the first request is under way */
    private record Answered(int body, long at, int status, @Nullable String result, @Nullable String type,
            @Nullable String location) {}

    /** What a request does. */
    interface Work {
        void run() throws Exception;
    }

    /** @param clock nanoseconds, as {@link System#nanoTime} */
    IdempotencyKeys(LongSupplier clock) {
        this.clock = clock;
    }

    /** Does it, unless a request with the same key has. */
    void once(Context context, Work work) throws Exception {
        String key = context.header("Idempotency-Key");
        if (key == null) {
            work.run();
            return;
        }
        if (key.isBlank() || key.length() > LONGEST) {
            throw Refusal.of("Idempotency-Key", key.length() + " characters", "1.." + LONGEST);
        }
        String name = Gatekeeper.actor(context).name() + ' ' + context.path() + ' ' + key;
        int body = Arrays.hashCode(context.bodyAsBytes());
        Answered before = begin(name, key, body);
        if (before != null) {
            repeat(context, before);
            return;
        }
        boolean done = false;
        try {
            work.run();
            done = context.statusCode() < 400;
        } finally {
            end(name, done
                    ? new Answered(body, clock.getAsLong(), context.statusCode(), text(context),
                            context.res().getContentType(), context.res().getHeader("Location"))
                    : null);
        }
    }

    private static String text(Context context) {
        String result = context.result();
        return result == null ? "" : result;
    }

    /** What was answered to the key; null if the caller is the first. */
    private synchronized @Nullable Answered begin(String name, String key, int body) {
        Answered before = answers.get(name);
        if (before != null && clock.getAsLong() - before.at() > KEPT_NANOS) {
            before = null;
        }
        if (before == null) {
            answers.put(name, new Answered(body, clock.getAsLong(), 0, null, null, null));
            return null;
        }
        if (before.body() != body) {
            throw new Refusal(422, "Idempotency-Key: used before for a request with another body",
                    new FieldProblem("Idempotency-Key", key, "a key that was not used, or the same body"));
        }
        if (before.result() == null) {
            throw new Refusal(409, "Idempotency-Key: the first request with this key is still under way",
                    new FieldProblem("Idempotency-Key", key, "a key that is not under way"));
        }
        return before;
    }

    private synchronized void end(String name, @Nullable Answered answered) {
        if (answered == null) {
            answers.remove(name);
        } else {
            answers.put(name, answered);
        }
    }

    private static void repeat(Context context, Answered before) {
        context.status(before.status());
        if (before.location() != null) {
            context.header("Location", before.location());
        }
        if (before.result() != null && !before.result().isEmpty()) {
            context.contentType(before.type() == null ? "application/json" : before.type()).result(before.result());
        }
    }
}
