package io.slotgate.admin;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * {@code openapi.yaml}, and whether requests and answers keep to it. Stricter than the document says in one thing: answers may have no
 * members it does not name, so that none is forgotten there.
 */
final class Contract {
    private static final JsonMapper JSON = new JsonMapper();
    static final Contract OF_API = new Contract();

    private final ObjectNode document;
    private final List<Operation> operations = new ArrayList<>();
    private final SchemaRegistry registry = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12,
            builder -> builder
                    .schemaRegistryConfig(SchemaRegistryConfig.builder().formatAssertionsEnabled(true).build()));
    private final IdentityHashMap<JsonNode, Schema> schemas = new IdentityHashMap<>();

    /** One method at one path. */
    record Operation(String method, String path, Pattern pattern, JsonNode node, List<JsonNode> parameters) {
        String role() {
            return node.path("x-role").asString();
        }

        String id() {
            return node.path("operationId").asString();
        }

        boolean takesBody() {
            return node.has("requestBody");
        }

        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    private Contract() {
        try (InputStream file = Contract.class.getResourceAsStream("openapi.yaml")) {
            this.document = (ObjectNode) new YAMLMapper().readTree(file);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        close(document);
        document.path("paths").properties().forEach(path -> path.getValue().properties().forEach(method -> {
            if (!method.getKey().equals("parameters")) {
                operations.add(operation(method.getKey(), path.getKey(), path.getValue(), method.getValue()));
            }
        }));
        // What is written out goes before what is a parameter.
        operations.sort(Comparator.comparing(operation -> operation.path().replace('{', '~')));
    }

    private static void close(JsonNode node) {
        if (node instanceof ObjectNode object && object.path("properties").isObject()
                && !object.has("additionalProperties")) {
            object.put("additionalProperties", false);
        }
        node.forEach(Contract::close);
    }

    private Operation operation(String method, String path, JsonNode item, JsonNode node) {
        List<JsonNode> parameters = new ArrayList<>();
        item.path("parameters").forEach(parameter -> parameters.add(resolved(parameter)));
        node.path("parameters").forEach(parameter -> parameters.add(resolved(parameter)));
        return new Operation(method.toUpperCase(java.util.Locale.ROOT), path,
                Pattern.compile(path.replace(".", "\\.").replaceAll("\\{(\\w+)}", "(?<$1>[^/]+)")), node, parameters);
    }

    List<Operation> operations() {
        return operations;
    }

    JsonNode document() {
        return document;
    }

    /** HEAD is answered as GET is. */
    @Nullable
    Operation find(String method, String path) {
        String documented = method.equals("HEAD") ? "GET" : method;
        return operations.stream()
                .filter(each -> each.method().equals(documented) && each.pattern().matcher(path).matches()).findFirst()
                .orElse(null);
    }

    private JsonNode resolved(JsonNode node) {
        JsonNode reference = node.path("$ref");
        return reference.isString() ? document.at(reference.asString().substring(1)) : node;
    }

    /** What of a request is not as the contract has it; empty if all is. */
    List<String> wrongInRequest(Operation operation, String target, Map<String, String> headers,
            @Nullable String body) {
        List<String> wrong = new ArrayList<>();
        int question = target.indexOf('?');
        String path = question < 0 ? target : target.substring(0, question);
        Map<String, String> query = query(question < 0 ? "" : target.substring(question + 1));
        Matcher matcher = operation.pattern().matcher(path);
        if (!matcher.matches()) {
            return List.of("path " + path);
        }
        for (JsonNode parameter : operation.parameters()) {
            String name = parameter.path("name").asString();
            String value = switch (parameter.path("in").asString()) {
                case "path" -> URLDecoder.decode(matcher.group(name), StandardCharsets.UTF_8);
                case "query" -> query.remove(name);
                default -> headers.get(name);
            };
            if (value == null) {
                if (parameter.path("required").asBoolean(false)) {
                    wrong.add("parameter " + name + ": missing");
                }
            } else {
                wrong.addAll(
                        wrong("parameter " + name, parameter.path("schema"), scalar(parameter.path("schema"), value)));
            }
        }
        query.keySet().forEach(name -> wrong.add("parameter " + name + ": not in the contract"));
        JsonNode content = operation.node().path("requestBody").path("content").path("application/json");
        if (body != null && content.isMissingNode()) {
            wrong.add("a body");
        } else if (body != null) {
            wrong.addAll(wrong("body", content.path("schema"), body));
        } else if (operation.node().path("requestBody").path("required").asBoolean(false)) {
            wrong.add("no body");
        }
        return wrong;
    }

    private static Map<String, String> query(String text) {
        Map<String, String> query = new HashMap<>();
        for (String pair : text.split("&")) {
            if (!pair.isEmpty()) {
                String[] parts = pair.split("=", 2);
                query.put(URLDecoder.decode(parts[0], StandardCharsets.UTF_8),
                        parts.length < 2 ? "" : URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
            }
        }
        return query;
    }

    /** What of an answer is not as the contract has it; empty if all is. */
    List<String> wrongInResponse(Operation operation, Answer answer) {
        JsonNode response = resolved(operation.node().path("responses").path(String.valueOf(answer.status())));
        if (response.isMissingNode()) {
            return List.of("status " + answer.status() + ": not in the contract");
        }
        List<String> wrong = new ArrayList<>();
        response.path("headers").properties().forEach(header -> {
            String value = answer.headers().get(header.getKey());
            JsonNode schema = header.getValue().path("schema");
            if (value != null) {
                wrong.addAll(wrong("header " + header.getKey(), schema, scalar(schema, value)));
            } else if (header.getValue().path("required").asBoolean(false)) {
                wrong.add("header " + header.getKey() + ": missing");
            }
        });
        JsonNode content = response.path("content");
        String type = answer.headers().getOrDefault("Content-Type", "");
        JsonNode media = content.path(type.replaceFirst(";.*", ""));
        if (answer.method().equals("HEAD") || content.isMissingNode()) {
            if (!answer.body().isEmpty()) {
                wrong.add("a body");
            }
        } else if (media.isMissingNode()) {
            wrong.add("Content-Type " + type + ": not in the contract");
        } else if (type.contains("json")) {
            wrong.addAll(wrong("body", media.path("schema"), answer.body()));
        } else {
            wrong.addAll(wrong("body", media.path("schema"), JsonNodeFactory.instance.stringNode(answer.body())));
        }
        return wrong;
    }

    /** What of an event of the live stream is not as the contract has it. */
    List<String> wrongInEvent(String name, String data) {
        JsonNode schema = document.at("/paths/~1api~1v1~1live/get/x-events").path(name);
        return schema.isMissingNode() ? List.of("event " + name + ": not in the contract") : wrong(name, schema, data);
    }

    private List<String> wrong(String what, JsonNode schema, String json) {
        try {
            return wrong(what, schema, JSON.readTree(json));
        } catch (JacksonException e) {
            return List.of(what + ": " + e.getOriginalMessage());
        }
    }

    private List<String> wrong(String what, JsonNode schema, JsonNode value) {
        List<Error> errors;
        synchronized (schemas) {
            errors = schemas.computeIfAbsent(schema, this::schema).validate(value);
        }
        return errors.stream().map(error -> what + error.getInstanceLocation() + ": " + error.getMessage()).toList();
    }

    /** With all the parts it may refer to. */
    private Schema schema(JsonNode schema) {
        ObjectNode whole = (ObjectNode) schema.deepCopy();
        whole.set("components", document.path("components"));
        return registry.getSchema(whole);
    }

    private static JsonNode scalar(JsonNode schema, String value) {
        if (schema.path("type").asString("").equals("integer")) {
            try {
                return JsonNodeFactory.instance.numberNode(Long.parseLong(value));
            } catch (NumberFormatException e) {
                // Stays a text, which is wrong.
            }
        }
        return JsonNodeFactory.instance.stringNode(value);
    }

    /** What came back. */
    record Answer(String method, int status, Map<String, String> headers, String body) {
        /** @param headers by names, in whatever case */
        Answer {
            Map<String, String> insensitive = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            insensitive.putAll(headers);
            headers = insensitive;
        }
    }
}
