package io.slotgate.proxy.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLParser;

/**
 * Reads one YAML document into {@link YamlValue}s from Jackson's token stream. Databind stays out: a proxy should be up
 * in a moment, and its tree neither keeps scalars as written nor reports a duplicate key beside the other problems.
 */
final class YamlTree {
    private final JsonParser parser;
    private final Problems problems;

    private YamlTree(JsonParser parser, Problems problems) {
        this.parser = parser;
        this.problems = problems;
    }

    /** The document of {@code yaml}; text that is no YAML is a problem, and as much as nothing. */
    static YamlValue read(String yaml, Problems problems) {
        try (JsonParser parser = new YAMLFactory().createParser(ObjectReadContext.empty(), yaml)) {
            YamlTree tree = new YamlTree(parser, problems);
            JsonToken first = parser.nextToken();
            YamlValue root = first == null ? new YamlValue.Empty() : tree.value(first, "");
            if (parser.nextToken() != null) {
                problems.add(tree.here(), "another document (expected: one)");
            }
            return root;
        } catch (JacksonException e) {
            problems.add(where(e.getLocation()), "no YAML: " + firstLine(e.getOriginalMessage()));
            return new YamlValue.Empty();
        }
    }

    private YamlValue value(JsonToken token, String path) {
        if (parser instanceof YAMLParser yaml && yaml.isCurrentAlias()) {
            problems.add(here(), "an alias (expected: the value itself)");
            return new YamlValue.Empty();
        }
        return switch (token) {
            case START_OBJECT -> mapping(path);
            case START_ARRAY -> sequence(path);
            case VALUE_NULL -> new YamlValue.Empty();
            default -> new YamlValue.Scalar(parser.getString());
        };
    }

    private YamlValue mapping(String path) {
        Map<String, YamlValue> entries = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = parser.currentName();
            String line = here();
            String below = path.isEmpty() ? key : path + "." + key;
            YamlValue value = value(parser.nextToken(), below);
            if (entries.putIfAbsent(key, value) != null) {
                problems.add(below, "given again at " + line + " (expected: once)");
            }
        }
        return new YamlValue.Mapping(entries);
    }

    private YamlValue sequence(String path) {
        List<YamlValue> items = new ArrayList<>();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            items.add(value(token, path + "[" + items.size() + "]"));
        }
        return new YamlValue.Sequence(items);
    }

    private String here() {
        return where(parser.currentTokenLocation());
    }

    private static String where(@Nullable TokenStreamLocation location) {
        return "line " + (location == null ? 1 : Math.max(1, location.getLineNr()));
    }

    private static String firstLine(String message) {
        return message.lines().findFirst().orElse("not readable");
    }
}
