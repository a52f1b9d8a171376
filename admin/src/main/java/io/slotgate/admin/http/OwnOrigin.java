package io.slotgate.admin.http;

import io.javalin.http.Context;
import java.net.URI;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Refuses changes that a page of a foreign site has a browser ask for. Tokens are no cookies, so a browser adds none by itself; but where no
 * tokens are needed this is all there is.
 *
 * @see <a href="https://www.w3.org/TR/fetch-metadata/">Fetch Metadata</a>
 */
public final class OwnOrigin {
    private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS");

    private OwnOrigin() {}

    /** @throws Refusal 403, if the request changes something and was caused by another site */
    public static void check(Context context) {
        if (SAFE.contains(context.req().getMethod())) {
            return;
        }
        String site = context.header("Sec-Fetch-Site");
        if (site != null && !site.equals("same-origin") && !site.equals("none")) {
            throw new Refusal(403, new FieldProblem("Sec-Fetch-Site", site, "same-origin"));
        }
        String origin = context.header("Origin");
        if (origin != null && !sameHost(origin, context.header("Host"))) {
            throw new Refusal(403, new FieldProblem("Origin", origin, "this server's own"));
        }
    }

    private static boolean sameHost(String origin, @Nullable String host) {
        try {
            return host != null && host.equalsIgnoreCase(URI.create(origin).getRawAuthority());
        } catch (IllegalArgumentException malformed) {
            return false;
        }
    }
}
