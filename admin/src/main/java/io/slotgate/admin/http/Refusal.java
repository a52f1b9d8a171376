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

    /**
     * About one part of the request, or one thing that is in its way.
     *
     * @param status 400..599
     */
    public Refusal(int status, FieldProblem fault) {
        this(status, fault.text(), fault);
    }

    /** As the other one, in words of its own. */
    public Refusal(int status, String detail, FieldProblem fault) {
        this(new ProblemDetails(status, detail, List.of(fault)));
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
        return new Refusal(404, "no " + what + " " + name,
                new FieldProblem(what, String.valueOf(name), "one that is there"));
    }

    /** 404: there is no page and no resource. */
    public static Refusal nothingAt(String path) {
        return new Refusal(404, "there is nothing at " + path,
                new FieldProblem("path", path, "one of the API's description"));
    }

    public ProblemDetails problem() {
        return problem;
    }
}
