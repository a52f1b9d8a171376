package io.slotgate.admin.http;

import java.util.List;
import org.eclipse.jetty.http.HttpStatus;

/**
 * An error as the API answers it.
 *
 * @param status HTTP status, 400..599
 * @param detail what was wrong with this request, or with us, for people
 * @param errors the parts of the request that were wrong, or what is in its way, for programs; empty if the error is ours
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9457">RFC 9457</a>
 */
public record ProblemDetails(int status, String detail, List<FieldProblem> errors) {
    public static final String MEDIA_TYPE = "application/problem+json";

    public ProblemDetails {
        errors = List.copyOf(errors);
    }

    public ProblemDetails(int status, String detail) {
        this(status, detail, List.of());
    }

    /** The members of the standard, to which others may be added. */
    public JsonObject json() {
        JsonObject json = new JsonObject()
                .put("type", "about:blank")
                .put("title", HttpStatus.getMessage(status))
                .put("status", status)
                .put("detail", detail);
        return errors.isEmpty() ? json : json.put("errors", errors.stream().map(FieldProblem::json).toList());
    }
}
