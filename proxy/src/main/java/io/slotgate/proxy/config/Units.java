package io.slotgate.proxy.config;

import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Sizes such as {@code 512MiB} and durations such as {@code 250ms}, read and written. */
final class Units {
    static final String SIZE_FORM = "a size such as 64KiB or 512MiB";
    static final String DURATION_FORM = "a duration such as 250ms, 10s or 5m";

    private static final int SHOWN = 60;
    // 18 digits always fit a long, so only the unit's multiplication can overflow.
    private static final Pattern FORM = Pattern.compile("(-?[0-9]{1,18})\\s*([A-Za-z]*)");

    private record Unit(String name, long factor) {}

    private static final List<Unit> SIZES = List.of(new Unit("GiB", 1L << 30), new Unit("MiB", 1L << 20),
            new Unit("KiB", 1L << 10), new Unit("B", 1));
    private static final List<Unit> DURATIONS = List.of(new Unit("d", 86_400_000), new Unit("h", 3_600_000),
            new Unit("m", 60_000), new Unit("s", 1_000), new Unit("ms", 1));

    private Units() {}

    /** Bytes of {@code text}, a number with B, KiB, MiB or GiB (none: bytes); null if it is not of that form. */
    static @Nullable Long parseSize(String text) {
        return parse(text, SIZES, 1);
    }

    /** The duration {@code text} names with ms, s, m, h or d; null if it is not of that form. A bare number is not. */
    static @Nullable Duration parseDuration(String text) {
        Long millis = parse(text, DURATIONS, "0".equals(text) ? 1 : 0);
        return millis == null ? null : Duration.ofMillis(millis);
    }

    /** {@code bytes} in the largest unit that divides it. */
    static String size(long bytes) {
        return format(bytes, SIZES);
    }

    /** {@code duration} in the largest unit that divides it. */
    static String duration(Duration duration) {
        return format(duration.toMillis(), DURATIONS);
    }

    /** {@code text} between quotes, shortened and without control characters, so that it can stand in a message. */
    static String quoted(String text) {
        String shown = text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
        return "'" + shown.replaceAll("\\p{Cntrl}", "?") + "'";
    }

    private static @Nullable Long parse(String text, List<Unit> units, long factorOfNone) {
        Matcher matcher = FORM.matcher(text.strip());
        if (!matcher.matches()) {
            return null;
        }
        long factor = matcher.group(2).isEmpty() ? factorOfNone : factorOf(matcher.group(2), units);
        if (factor == 0) {
            return null;
        }
        try {
            return Math.multiplyExact(Long.parseLong(matcher.group(1)), factor);
        } catch (ArithmeticException tooLarge) {
            return null;
        }
    }

    private static long factorOf(String name, List<Unit> units) {
        for (Unit unit : units) {
            if (unit.name().equals(name)) {
                return unit.factor();
            }
        }
        return 0;
    }

    private static String format(long value, List<Unit> units) {
        for (Unit unit : units) {
            if (value != 0 && value % unit.factor() == 0) {
                return value / unit.factor() + unit.name();
            }
        }
        return value + units.getLast().name();
    }
}
