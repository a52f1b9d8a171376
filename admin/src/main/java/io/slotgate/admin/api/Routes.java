package io.slotgate.admin.api;

import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.slotgate.admin.http.Json;
import io.slotgate.admin.http.OwnOrigin;
import io.slotgate.admin.http.ProblemDetails;
import io.slotgate.admin.security.Gatekeeper;
import io.slotgate.admin.security.Role;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Where resources say what they answer, and to whom. */
public final class Routes {
    /** Under which all of it is. */
    public static final String ROOT = "/api/v1";

    private final JavalinConfig config;
    private final Gatekeeper gatekeeper;
    private final IdempotencyKeys keys;
    /** Requests that may have changed something. */
    private final AtomicLong asked = new AtomicLong();
    private final LongSupplier changes;

    /** Answers one kind of request. */
    public interface Answerer {
        /**
         * @return the body; {@code null} for none (204), or if the answer is given already
         * @throws io.slotgate.admin.http.Refusal to answer with a problem
         */
        @Nullable
        Object answer(Context context) throws Exception;
    }

    /** @param changes grows with each change of what is told that must be seen at once, beside those that are asked for here */
    Routes(JavalinConfig config, Gatekeeper gatekeeper, IdempotencyKeys keys, LongSupplier changes) {
        this.config = config;
        this.changes = () -> asked.get() + changes.getAsLong();
        this.gatekeeper = gatekeeper;
        this.keys = keys;
    }

    void get(String path, Answerer answerer) {
        reading(path, context -> answer(context, answerer));
    }

    /**
     * As {@link #get}, for what pages ask for again and again: those who ask the same at about the same time get the same bytes.
     *
     * @param answerer gives a body always, which depends on the query and on nothing else of the request
     */
    void shared(String path, Answerer answerer) {
        Shared<byte[]> shared = new Shared<>(changes, System::nanoTime);
        reading(path, context -> {
            String query = context.queryString();
            byte[] body = shared.get(query == null ? "" : query,
                    () -> Json.bytes(Objects.requireNonNull(answerer.answer(context))));
            context.contentType(Json.MEDIA_TYPE).result(body);
        });
    }

    private void reading(String path, Handler answering) {
        Handler handler = context -> {
            gatekeeper.admit(context, Role.VIEWER);
            answering.handle(context);
        };
        config.routes.get(ROOT + path, handler);
        // Left to itself, Javalin answers HEAD with 200 and asks nobody.
        config.routes.head(ROOT + path, handler);
    }

    /** Repeated under the same {@code Idempotency-Key}, it gives the first answer and does nothing. */
    void post(String path, Role needed, Answerer answerer) {
        config.routes.post(ROOT + path, context -> {
            admit(context, needed);
            keys.once(context, () -> change(context, answerer));
        });
    }

    void patch(String path, Role needed, Answerer answerer) {
        config.routes.patch(ROOT + path, context -> {
            admit(context, needed);
            change(context, answerer);
        });
    }

    void delete(String path, Role needed, Answerer answerer) {
        config.routes.delete(ROOT + path, context -> {
            admit(context, needed);
            change(context, answerer);
        });
    }

    private void admit(Context context, Role needed) {
        OwnOrigin.check(context);
        gatekeeper.admit(context, needed);
    }

    private void change(Context context, Answerer answerer) throws Exception {
        try {
            answer(context, answerer);
        } finally {
            asked.incrementAndGet();
        }
    }

    private static void answer(Context context, Answerer answerer) throws Exception {
        Object body = answerer.answer(context);
        if (body != null) {
            Json.answer(context, body);
        } else if (context.result() == null && !context.res().isCommitted()
                && !ProblemDetails.MEDIA_TYPE.equals(context.res().getContentType())) {
            context.status(204);
        }
    }
}
