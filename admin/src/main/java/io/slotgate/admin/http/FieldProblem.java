package io.slotgate.admin.http;

/**
 * What is wrong with one part of a request, or with what it is about.
 *
 * @param field name of the parameter, the header, or the thing; or path of the member of the body
 * @param value as it came
 * @param expected what it should have been, in words
 */
public record FieldProblem(String field, String value, String expected) {
    private static final int LONGEST = 200;

    public FieldProblem {
        value = value.length() > LONGEST ? value.substring(0, LONGEST) + "…" : value;
    }

    String text() {
        return field + ": " + value + " (expected: " + expected + ")";
    }

    JsonObject json() {
        return new JsonObject().put("field", field).put("value", value).put("expected", expected);
    }
}
