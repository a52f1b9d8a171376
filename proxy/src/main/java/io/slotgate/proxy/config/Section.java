package io.slotgate.proxy.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One mapping of the document, read key by key. What can't be read becomes a problem with its path, and the fallback
 * stands in, so that the reading goes on to the next problem. Keys nobody read are unknown.
 */
final class Section {
    /** The word that turns off what would be on by default. */
    static final String NONE = "none";

    private final String path;
    private final Map<String, YamlValue> entries;
    private final Problems problems;
    private final Set<String> known = new LinkedHashSet<>();

    Section(String path, YamlValue value, Problems problems) {
        this.path = path;
        this.problems = problems;
        if (value instanceof YamlValue.Mapping mapping) {
            this.entries = mapping.entries();
        } else {
            this.entries = Map.of();
            if (!(value instanceof YamlValue.Empty)) {
                problems.unexpected(path, value.describe(), "a mapping");
            }
        }
    }

    /** Whether there is anything behind {@code key}. */
    boolean has(String key) {
        return value(key) != null;
    }

    /** Whether there is a mapping behind {@code key}. */
    boolean isMapping(String key) {
        return value(key) instanceof YamlValue.Mapping;
    }

    /** Whether {@code key} says {@code none}. */
    boolean off(String key) {
        return value(key) instanceof YamlValue.Scalar scalar && scalar.text().equals(NONE);
    }

    int integer(String key, int fallback) {
        return scalar(key, "a whole number", fallback, Section::parseInteger);
    }

    boolean flag(String key, boolean fallback) {
        return scalar(key, "true or false", fallback, text -> switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> null;
        });
    }

    long size(String key, long fallback) {
        return scalar(key, Units.SIZE_FORM, fallback, Units::parseSize);
    }

    /** A size that must fit an {@code int}. */
    int smallSize(String key, int fallback) {
        return scalar(key, Units.SIZE_FORM + ", below 2GiB", fallback, text -> {
            Long bytes = Units.parseSize(text);
            return bytes == null || bytes != bytes.intValue() ? null : (Integer) bytes.intValue();
        });
    }

    Duration duration(String key, Duration fallback) {
        return scalar(key, Units.DURATION_FORM, fallback, Units::parseDuration);
    }

    /** One of the constants of {@code fallback}'s type, written as {@code io-uring}. */
    <E extends Enum<E>> E choice(String key, E fallback) {
        E[] constants = fallback.getDeclaringClass().getEnumConstants();
        String expected = Arrays.stream(constants).map(Section::written).collect(Collectors.joining(", "));
        return scalar(key, "one of " + expected, fallback, text -> {
            for (E constant : constants) {
                if (written(constant).equals(text)) {
                    return constant;
                }
            }
            return null;
        });
    }

    @Nullable
    String text(String key) {
        YamlValue value = value(key);
        if (value == null || value instanceof YamlValue.Scalar) {
            return value == null ? null : ((YamlValue.Scalar) value).text();
        }
        problems.unexpected(at(key), value.describe(), "text");
        return null;
    }

    /** What stands behind {@code key}, or a problem that says what was {@code expected} there. */
    @Nullable
    String required(String key, String expected) {
        if (!has(key)) {
            problems.unexpected(at(key), "missing", expected);
        }
        return text(key);
    }

    /** A list of what {@code parse} makes of each text; it throws an IllegalArgumentException to refuse one. */
    <T> List<T> list(String key, List<T> fallback, Function<String, T> parse) {
        List<YamlValue> items = items(key);
        if (items == null) {
            return fallback;
        }
        List<T> parsed = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            String place = at(key) + "[" + i + "]";
            if (items.get(i) instanceof YamlValue.Scalar scalar) {
                try {
                    parsed.add(parse.apply(scalar.text()));
                } catch (IllegalArgumentException e) {
                    problems.add(place, String.valueOf(e.getMessage()));
                }
            } else {
                problems.unexpected(place, items.get(i).describe(), "text");
            }
        }
        // One that could not be read was said already; an empty list would only say it twice.
        return parsed.isEmpty() && !items.isEmpty() ? fallback : parsed;
    }

    Section section(String key) {
        YamlValue value = value(key);
        return new Section(at(key), value == null ? new YamlValue.Empty() : value, problems);
    }

    List<Section> sections(String key) {
        List<Section> sections = new ArrayList<>();
        List<YamlValue> items = items(key);
        for (int i = 0; items != null && i < items.size(); i++) {
            sections.add(new Section(at(key) + "[" + i + "]", items.get(i), problems));
        }
        return sections;
    }

    /** What {@code make} makes of this section's values, or the fallback and the problems it throws. */
    <T> T make(T fallback, Supplier<T> make) {
        try {
            return make.get();
        } catch (ConfigException e) {
            problems.addAll(path, e.problems());
            return fallback;
        } finally {
            unknown();
        }
    }

    /** The path of {@code key}. */
    String at(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private void unknown() {
        for (String key : entries.keySet()) {
            if (!known.contains(key)) {
                String nearest = NearestWord.of(key, known);
                problems.add(at(key), "unknown "
                        + (nearest == null
                                ? "(expected: " + String.join(", ", known) + ")"
                                : "(did you mean " + nearest + "?)"));
            }
        }
    }

    private @Nullable YamlValue value(String key) {
        known.add(key);
        YamlValue value = entries.get(key);
        return value instanceof YamlValue.Empty ? null : value;
    }

    private @Nullable List<YamlValue> items(String key) {
        YamlValue value = value(key);
        if (value instanceof YamlValue.Sequence sequence) {
            return sequence.items();
        }
        if (value != null) {
            problems.unexpected(at(key), value.describe(), "a list");
        }
        return null;
    }

    private <T> T scalar(String key, String expected, T fallback, Function<String, @Nullable T> parse) {
        YamlValue value = value(key);
        if (value == null) {
            return fallback;
        }
        T parsed = value instanceof YamlValue.Scalar scalar ? parse.apply(scalar.text()) : null;
        if (parsed == null) {
            problems.unexpected(at(key), value.describe(), expected);
            return fallback;
        }
        return parsed;
    }

    private static @Nullable Integer parseInteger(String text) {
        try {
            return Integer.valueOf(text);
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private static String written(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
