package io.slotgate.admin.api;

import io.javalin.http.Context;
import io.slotgate.admin.http.Refusal;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The parameters of a request, each checked. */
final class Parameters {
    private Parameters() {}

    /** Refuses what the resource does not know: a misspelt filter must not list everything. */
    static void only(Context context, Set<String> known) {
        for (String name : context.queryParamMap().keySet()) {
            if (!known.contains(name)) {
                throw Refusal.of(name, "a parameter nobody knows",
                        known.isEmpty()
                                ? "no parameters"
                                : "some of " + String.join(", ", known.stream().sorted().toList()));
            }
        }
    }

    static long number(Context context, String name, long fallback, long least, long most) {
        String text = text(context, name);
        return text == null ? fallback : number(name, text, least, most);
    }

    static long number(String name, String text, long least, long most) {
        try {
            long value = Long.parseLong(text);
            if (value >= least && value <= most) {
                return value;
            }
        } catch (NumberFormatException e) {
            // As wrong as one out of range.
        }
        throw Refusal.of(name, text, least + ".." + most);
    }

    static boolean flag(Context context, String name, boolean fallback) {
        String text = text(context, name);
        if (text == null) {
            return fallback;
        }
        if (!text.equals("true") && !text.equals("false")) {
            throw Refusal.of(name, text, "true or false");
        }
        return text.equals("true");
    }

    static @Nullable String text(Context context, String name) {
        List<String> values = context.queryParams(name);
        if (values.size() > 1) {
            throw Refusal.of(name, values.size() + " times", "once");
        }
        return values.isEmpty() ? null : values.getFirst();
    }

    static String required(Context context, String name) {
        String text = text(context, name);
        if (text == null) {
            throw Refusal.of(name, "missing", "a value");
        }
        return text;
    }

    /** @param text such as {@code 500ms}, {@code 30s}, {@code 5m} */
    static Duration duration(String name, String text, Duration most) {
        Matcher matcher = Pattern.compile("(\\d{1,9})(ms|s|m|h)").matcher(text);
        if (matcher.matches()) {
            long number = Long.parseLong(matcher.group(1));
            Duration value = switch (matcher.group(2)) {
                case "ms" -> Duration.ofMillis(number);
                case "s" -> Duration.ofSeconds(number);
                case "m" -> Duration.ofMinutes(number);
                default -> Duration.ofHours(number);
            };
            if (value.compareTo(most) <= 0) {
                return value;
            }
        }
        throw Refusal.of(name, text, "a time such as 500ms, 30s or 5m, at most " + most.toSeconds() + "s");
    }
}
