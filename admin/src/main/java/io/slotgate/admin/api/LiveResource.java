package io.slotgate.admin.api;

import io.javalin.http.Context;
import io.slotgate.admin.http.FieldProblem;
import io.slotgate.admin.http.Refusal;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What changes, as it changes: {@code figures} once a second, {@code topology} with each new version of the slot map,
 * {@code settings} with each new version of the settings, {@code event} with each event. At most {@value #MOST} listen at a time.
 *
 * @see <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html">Server-sent events</a>
 */
final class LiveResource implements AutoCloseable {
    static final int MOST = 32;

    private final LiveFeed feed;
    private final Semaphore places = new Semaphore(MOST);

    LiveResource(LiveFeed feed) {
        this.feed = feed;
    }

    /** @param self the resource, from when the proxy is there */
    static void register(Routes routes, Supplier<LiveResource> self) {
        routes.get("/live", context -> self.get().stream(context));
    }

    private @Nullable Object stream(Context context) throws InterruptedException {
        Parameters.only(context, Set.of());
        if (!places.tryAcquire()) {
            throw new Refusal(503, MOST + " streams are open (expected: less)",
                    new FieldProblem("streams", String.valueOf(MOST), "less"));
        }
        try {
            context.res().setContentType("text/event-stream");
            context.res().setCharacterEncoding("utf-8");
            if (context.req().getMethod().equals("HEAD")) {
                context.result("");
            } else {
                write(context.res().getOutputStream());
            }
        } catch (IOException e) {
            // The listener left.
        } finally {
            places.release();
        }
        return null;
    }

    private void write(OutputStream out) throws IOException, InterruptedException {
        LiveFeed.Listener listener = feed.join();
        try {
            listener.write(out);
        } finally {
            feed.leave(listener);
        }
    }

    /** Ends all streams. */
    @Override
    public void close() {
        feed.close();
    }
}
