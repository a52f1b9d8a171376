package io.slotgate.admin;

import org.eclipse.jetty.http.HttpStatus;

/**
 * An error as the API answers it.
 *
 * @param status HTTP status, 400..599
 * @param detail what was wrong with this request, or with us, for people
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9457">RFC 9457</a>
 */
record ProblemDetails(int status, String detail) {
    static final String MEDIA_TYPE = "application/problem+json";

    /** The members of the standard, to which others may be added. */
    JsonObject json() {
        return new JsonObject()
                .put("type", "about:blank")
                .put("title", HttpStatus.getMessage(status))
                .put("status", status)
                .put("detail", detail);
    }
}
