package io.slotgate.admin.http;

import java.util.List;

/** A request that is answered with a problem. */
public final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient ProblemDetails problem;

    public Refusal(ProblemDetails problem) {
        super(problem.detail(), null, false, false);
        this.problem = problem;
    }

    /** @param status 400..599 */
    public Refusal(int status, String detail) {
        this(new ProblemDetails(status, detail));
    }

    /** 400, about one part of the request. */
    public static Refusal of(String field, Object value, String expected) {
        return of(List.of(new FieldProblem(field, String.valueOf(value), expected)));
    }

    /** 400, about some parts of the request; at least one. */
    public static Refusal of(List<FieldProblem> fields) {
        return new Refusal(new ProblemDetails(400, fields.getFirst().text(), fields));
    }

    /** 404: there is none of this name. */
    public static Refusal missing(String what, Object name) {
        return new Refusal(404, "no " + what + " " + name);
    }

    public ProblemDetails problem() {
        return problem;
    }
}
