package io.slotgate.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotgate.admin.Contract.Answer;
import io.slotgate.admin.Contract.Operation;
import io.slotgate.admin.view.HoldingProxy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Whatever is asked in whatever words, the answer is in the contract, and no defect of ours. */
@Timeout(120)
class ContractFuzzTest {
    private static final int REQUESTS = 400;
    private static final List<String> TEXTS = List.of("", "a", "a1", "a2", "3", "5", "0", "-1", "1", "16384",
            "9223372036854775807", "9223372036854775808", "1e3", "null", "true", "utf-8", "base64", "AP8=", "%", "%zz",
            "%00",
            "%2F", "%2e%2e", "%C3%BC", "%ff%fe", "..", ";", ";x=1", "127.0.0.1:7001", "a%20b", "%7Ba%7Db", "+", "%5C",
            "[x]", "{x}",
            "x".repeat(300));
    private static final List<String> VALUES = List.of("null", "true", "0", "1", "-1", "3", "1.5", "1e400",
            "9223372036854775808",
            "\"\"", "\"a2\"", "\"app\"", "\"5s\"", "\"graceful\"", "\"primary\"", "\"\\ud800\"", "\"\\u0000\"",
            "\"9999999999h\"", "[]",
            "[3]", "[null]", "[[]]", "{}", "{\"a\":null}", "{\"log.level\":\"debug\"}", "{\"log.level\":null}",
            "{\"log.level\":1}",
            "{\"limits.connections\":\"1000000000000\"}", "{\"reads.avoid\":\",\"}", "{\"reads.avoid\":\"h:1,h:1\"}",
            "{\"drain-timeout\":\"1ms\"}", "{\"changed.by\":\"me\"}", "[\"log.level\"]", "[\"changed.by\"]", "\"x", "{",
            "nul", "NaN",
            "{\"a\":".repeat(1200) + "1" + "}".repeat(1200), "\"" + "x".repeat(70_000) + "\"");
    private static final List<String> JUNK = List.of("nonsense", "limit", "after", "key", "", "version", "ids");

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void neverFails(long seed) throws IOException {
        Random random = new Random(seed);
        HoldingProxy proxy = new HoldingProxy();
        proxy.drained.countDown();
        try (AdminFixture admin = AdminFixture.withTokens().of(proxy).start()) {
            for (int i = 0; i < REQUESTS; i++) {
                Operation operation = one(random, Contract.OF_API.operations());
                // A stream has no end to wait for.
                String method = operation.path().endsWith("/live") ? "HEAD" : operation.method();
                String target = target(random, operation);
                Map<String, String> headers = headers(random);
                String body = random.nextInt(4) > 0 && !method.equals("GET") ? body(random, operation) : "";

                check(method, target, headers, body, admin.client().raw(text(method, target, headers, body)));
            }
        }
    }

    private static <T> T one(Random random, List<T> from) {
        return from.get(random.nextInt(from.size()));
    }

    private static String target(Random random, Operation operation) {
        StringBuilder path = new StringBuilder();
        for (String part : operation.path().substring(1).split("/")) {
            path.append('/').append(part.startsWith("{") ? one(random, TEXTS) : part);
        }
        char separator = '?';
        for (JsonNode parameter : operation.parameters()) {
            if (parameter.path("in").asString().equals("query") && random.nextBoolean()) {
                path.append(separator).append(parameter.path("name").asString()).append('=').append(one(random, TEXTS));
                separator = '&';
            }
        }
        if (random.nextInt(6) == 0) {
            path.append(separator).append(one(random, JUNK))
                    .append(random.nextBoolean() ? "=" + one(random, TEXTS) : "");
        }
        return path.toString();
    }

    private static Map<String, String> headers(Random random) {
        Map<String, String> headers = new HashMap<>();
        headers.put("Host", "127.0.0.1");
        headers.put("Authorization", "Bearer " + Tokens.of("admin"));
        headers.put("Content-Type", random.nextInt(8) > 0
                ? "application/json"
                : one(random, List.of("", "text/plain",
                        "application/json; charset=utf-16", "multipart/form-data", "application/x-www-form-urlencoded",
                        "/")));
        if (random.nextInt(4) == 0) {
            headers.put("Idempotency-Key", one(random, List.of("k", " ", "k".repeat(300), "ü", "a,b")));
        }
        if (random.nextInt(16) == 0) {
            headers.put("Origin", one(random, List.of("null", "http://127.0.0.1", "::", "http://[", "%")));
        }
        return headers;
    }

    private static String body(Random random, Operation operation) {
        if (random.nextInt(6) == 0) {
            return one(random, VALUES);
        }
        StringBuilder body = new StringBuilder("{");
        List<String> members = operation.node().at("/requestBody/content/application~1json/schema/properties")
                .propertyNames().stream().toList();
        for (String member : members.isEmpty() ? JUNK : members) {
            if (random.nextBoolean()) {
                body.append(body.length() > 1 ? "," : "").append('"').append(member).append("\":")
                        .append(one(random, VALUES));
            }
        }
        return body + "}";
    }

    private static String text(String method, String target, Map<String, String> headers, String body) {
        StringBuilder text = new StringBuilder(method + " " + target + " HTTP/1.0\r\n");
        headers.forEach((name, value) -> text.append(name).append(": ").append(value).append("\r\n"));
        return text + "Content-Length: " + body.getBytes(StandardCharsets.ISO_8859_1).length + "\r\n\r\n" + body;
    }

    private static void check(String method, String target, Map<String, String> headers, String body, String response) {
        String what = method + " " + target + " " + headers + " " + body + "\n" + response;
        int end = response.indexOf("\r\n\r\n");
        assertThat(end).as(what).isPositive();
        String[] lines = response.substring(0, end).split("\r\n");
        Map<String, String> answered = new HashMap<>();
        for (int i = 1; i < lines.length; i++) {
            answered.put(lines[i].substring(0, lines[i].indexOf(':')),
                    lines[i].substring(lines[i].indexOf(':') + 1).strip());
        }
        Answer answer = new Answer(method, Integer.parseInt(lines[0].split(" ")[1]), answered,
                response.substring(end + 4));
        assertThat(answer.status()).as(what).isNotEqualTo(500);
        // A slash at the end means nothing.
        Operation operation = Contract.OF_API.find(method,
                target.replaceFirst("\\?.*", "").replaceFirst("(?<=.)/$", ""));
        if (operation == null || answer.status() == 404 || answer.status() == 405
                || answer.body().contains("the request is malformed or too large")) {
            // The path was of no operation, not as it looks before it is decoded, or nothing that HTTP allows.
            assertThat(answer.status()).as(what).isIn(400, 404, 405);
        } else {
            assertThat(Contract.OF_API.wrongInResponse(operation, answer)).as(what).isEmpty();
        }
        if (answer.status() >= 400 && !method.equals("HEAD")) {
            assertThat(answer.headers()).as(what).containsEntry("Content-Type", "application/problem+json");
        }
    }
}
