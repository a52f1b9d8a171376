package io.slotgate.admin.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.EnumNamingStrategies;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Bodies as JSON. Loaded by the first request that needs it: health and metrics don't, and a start has no time for it. Any
 * thread.
 */
public final class Json {
    public static final String MEDIA_TYPE = "application/json";
    /** Longest body of a request, in bytes. */
    public static final int LONGEST_BODY = 64 * 1024;

    private static final long MOST_READ_AWAY = 1024 * 1024;

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .enumNamingStrategy(EnumNamingStrategies.KEBAB_CASE)
            .changeDefaultPropertyInclusion(inclusion -> inclusion.withValueInclusion(JsonInclude.Include.NON_NULL))
            .build();

    private Json() {}

    /** Records and collections of them; what is null in a record is left out. */
    public static String write(Object value) {
        return MAPPER.writeValueAsString(value);
    }

    /** As {@link #write}, in UTF-8. */
    public static byte[] bytes(Object value) {
        return MAPPER.writeValueAsBytes(value);
    }

    public static void answer(Context context, Object value) {
        context.contentType(MEDIA_TYPE).result(bytes(value));
    }

    /**
     * Reads a request's body; an empty one is an object without members.
     *
     * @throws Refusal saying what is wrong with it: 413 if it is too long, 415 if it says to be something else
     */
    public static <T> T body(Context context, Class<T> type) {
        String said = context.contentType();
        byte[] bytes = bytes(context);
        if (bytes.length > 0 && (said == null || !said.startsWith(MEDIA_TYPE))) {
            throw new Refusal(415, new FieldProblem("Content-Type", String.valueOf(said), MEDIA_TYPE));
        }
        return read(bytes.length == 0 ? new byte[]{'{', '}'} : bytes, type);
    }

    /** @throws Refusal saying what is wrong with it */
    public static <T> T read(byte[] bytes, Class<T> type) {
        try {
            T value = MAPPER.readValue(bytes, type);
            if (value == null) {
                throw Refusal.of("body", "null", "one JSON object");
            }
            return value;
        } catch (UnrecognizedPropertyException e) {
            throw Refusal.of(path(e), "a member nobody knows", "some of " + e.getKnownPropertyIds().stream()
                    .map(String::valueOf).sorted().collect(Collectors.joining(", ")));
        } catch (DatabindException e) {
            throw Refusal.of(path(e), "a value of another kind", "what the API's description says");
        } catch (JacksonException e) {
            throw Refusal.of("body", "no JSON: " + e.getOriginalMessage(), "one JSON object");
        }
    }

    /** The bytes of a request's body. */
    static byte[] bytes(Context context) {
        if (context.contentLength() > LONGEST_BODY) {
            readAway(context);
            throw tooLong();
        }
        byte[] bytes = context.bodyAsBytes();
        if (bytes.length > LONGEST_BODY) {
            throw tooLong();
        }
        return bytes;
    }

    /** A connection that is closed while its client still sends is reset, and the answer lost with it. */
    private static void readAway(Context context) {
        try {
            context.req().getInputStream().skipNBytes(Math.min(context.contentLength(), MOST_READ_AWAY));
        } catch (IOException e) {
            // The client left, or sends less than it said.
        }
    }

    private static Refusal tooLong() {
        return new Refusal(413, "the body is longer than " + LONGEST_BODY + " bytes",
                new FieldProblem("body", "longer", "at most " + LONGEST_BODY + " bytes"));
    }

    private static String path(DatabindException problem) {
        List<JacksonException.Reference> path = problem.getPath();
        return path.isEmpty()
                ? "body"
                : path.stream()
                        .map(step -> step.getPropertyName() != null
                                ? step.getPropertyName()
                                : "[" + step.getIndex() + "]")
                        .collect(Collectors.joining("."));
    }
}
