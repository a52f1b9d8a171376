package io.slotgate.admin.pages;

import io.javalin.config.JavalinConfig;
import io.javalin.http.Handler;

/**
 * The dashboard at {@code /}. It is the same for everybody and tells nothing; all it shows it asks the API for, with the token of whoever looks
 * at it.
 */
public final class DashboardPage {
    /**
     * Nothing but what this server has, and no script or style within the page: so a name that a client gave itself, were it ever shown as
     * more than text, could do nothing.
     *
     * @see <a href="https://www.w3.org/TR/CSP3/">Content Security Policy</a>
     */
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
            + "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private final StaticFiles files = new StaticFiles("/io/slotgate/admin/dashboard/", POLICY);

    /** Says what is answered; once, before the server starts. */
    public void register(JavalinConfig config) {
        get(config, "/", context -> files.serve(context, "index.html"));
        get(config, "/dashboard/{file}", context -> files.serve(context, context.pathParam("file")));
        get(config, "/dashboard/{folder}/{file}", context -> files.serve(context,
                context.pathParam("folder") + '/' + context.pathParam("file")));
    }

    private static void get(JavalinConfig config, String path, Handler handler) {
        config.routes.get(path, handler);
        config.routes.head(path, handler);
    }
}
