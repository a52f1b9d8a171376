package io.slotgate.deploy.operator;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/** How values look to people. */
final class Text {
    /** Columns of a terminal that everything fits into. */
    static final int WIDTH = 80;
    private static final int SHORT_ID = 8;
    private static final int LONG_ID = 40;
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);

    private Text() {}

    /** A member as text, empty if there is none; what a terminal would act on is escaped, for clients choose names and keys. */
    static String of(JsonNode body, String member) {
        return safe(body.path(member).asString(""));
    }

    static long number(JsonNode body, String member) {
        return body.path(member).asLong(0);
    }

    static boolean flag(JsonNode body, String member) {
        return body.path(member).asBoolean(false);
    }

    static String safe(String text) {
        StringBuilder safe = null;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isISOControl(c) || Character.getType(c) == Character.FORMAT) {
                safe = safe == null ? new StringBuilder(text.substring(0, i)) : safe;
                safe.append(c < 256
                        ? String.format(Locale.ROOT, "\\x%02x", (int) c)
                        : String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else if (safe != null) {
                safe.append(c);
            }
        }
        return safe == null ? text : safe.toString();
    }

    /** The beginning of an id of a node or shard, which is enough wherever one is asked for; others stay as they are. */
    static String shortId(String id) {
        return id.length() == LONG_ID ? id.substring(0, SHORT_ID) : id;
    }

    static String shorten(String text, int most) {
        return text.length() <= most ? text : text.substring(0, Math.max(0, most - 1)) + "…";
    }

    /** A point in time by the clock of whoever looks; as it is if it can't be read. */
    static String time(String instant) {
        try {
            return TIME.format(Instant.parse(instant).atZone(ZoneId.systemDefault()));
        } catch (DateTimeException e) {
            return instant;
        }
    }

    static String seconds(long seconds) {
        if (seconds < 60) {
            return seconds + "s";
        }
        if (seconds < 3600) {
            return seconds / 60 + "m" + seconds % 60 + "s";
        }
        return seconds < 86_400
                ? seconds / 3600 + "h" + seconds % 3600 / 60 + "m"
                : seconds / 86_400 + "d" + seconds % 86_400 / 3600 + "h";
    }

    /** A number as so many of a unit: the one in which it is less than one of the next. */
    private record Scaled(double amount, String unit) {
        static Scaled of(double number, int base, String... units) {
            int unit = 0;
            double left = number;
            while (left >= base - 0.5 && unit < units.length - 1) {
                left /= base;
                unit++;
            }
            return new Scaled(left, units[unit]);
        }
    }

    /** A number with three digits that count: 999, 1.23k, 45.6M. */
    static String count(double number) {
        Scaled scaled = Scaled.of(number, 1000, "", "k", "M", "G", "T");
        double left = scaled.amount();
        return scaled.unit().isEmpty() && left == Math.rint(left)
                ? String.valueOf((long) left)
                : String.format(Locale.ROOT, left < 9.995 ? "%.2f" : left < 99.95 ? "%.1f" : "%.0f", left)
                        + scaled.unit();
    }

    static String count(long number) {
        return count((double) number);
    }

    static String bytes(long number) {
        return bytes((double) number);
    }

    static String micros(long micros) {
        return micros((double) micros);
    }

    static String bytes(double number) {
        Scaled scaled = Scaled.of(number, 1024, "B", "KiB", "MiB", "GiB", "TiB");
        return scaled.unit().equals("B")
                ? (long) number + " B"
                : String.format(Locale.ROOT, "%.1f %s", scaled.amount(), scaled.unit());
    }

    static String micros(double micros) {
        if (micros < 1000) {
            return String.format(Locale.ROOT, "%.0f us", micros);
        }
        return micros < 1_000_000
                ? String.format(Locale.ROOT, "%.2f ms", micros / 1000)
                : String.format(Locale.ROOT, "%.2f s", micros / 1_000_000);
    }

    /** Lines that fit, all but the first indented; words that are too long stay whole. */
    static List<String> wrap(String first, String text) {
        List<String> lines = new ArrayList<>();
        String indent = " ".repeat(first.length());
        StringBuilder line = new StringBuilder(first);
        boolean empty = true;
        for (String word : text.split(" ")) {
            if (!empty && line.length() + 1 + word.length() > WIDTH) {
                lines.add(line.toString());
                line = new StringBuilder(indent);
                empty = true;
            }
            line.append(empty ? "" : " ").append(word);
            empty = false;
        }
        lines.add(line.toString().stripTrailing());
        return lines;
    }
}
