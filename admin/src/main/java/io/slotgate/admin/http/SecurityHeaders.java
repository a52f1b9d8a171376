package io.slotgate.admin.http;

import java.util.Map;
import java.util.function.BiConsumer;

/** The headers of every answer, which tell browsers to make nothing more of it than it is. */
public final class SecurityHeaders {
    private static final Map<String, String> HEADERS = Map.of(
            "X-Content-Type-Options", "nosniff",
            "X-Frame-Options", "DENY",
            "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'",
            "Referrer-Policy", "no-referrer",
            "Cross-Origin-Resource-Policy", "same-origin",
            "Cache-Control", "no-store");

    private SecurityHeaders() {}

    /** @param header takes a name and its value */
    public static void add(BiConsumer<String, String> header) {
        HEADERS.forEach(header);
    }
}
