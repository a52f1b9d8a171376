package io.slotgate.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotgate.admin.Contract.Answer;
import io.slotgate.admin.Contract.Operation;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Calls an admin server, and holds each request that is served and every answer to the contract. */
final class ContractClient {
    private static final Contract CONTRACT = Contract.OF_API;

    private final HttpClient http;
    private final int port;

    ContractClient(HttpClient http, int port) {
        this.http = http;
        this.port = port;
    }

    /** @param token null: none is sent */
    Answer call(String method, String target, @Nullable String body, @Nullable String token) throws IOException,
            InterruptedException {
        return call(method, target, body, token, body == null ? Map.of() : Map.of("Content-Type", "application/json"));
    }

    Answer call(String method, String target, @Nullable String body, @Nullable String token,
            Map<String, String> headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + target))
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        headers.forEach(request::header);
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        HttpResponse<InputStream> response = http.send(request.build(), BodyHandlers.ofInputStream());
        Map<String, String> answered = new HashMap<>();
        response.headers().map().forEach((name, values) -> answered.put(name, String.join(", ", values)));
        Answer answer = new Answer(method, response.statusCode(), answered, text(method, response));
        check(target, headers, body, answer);
        return answer;
    }

    /** Of a stream none: it does not end by itself. */
    private static String text(String method, HttpResponse<InputStream> response) throws IOException {
        try (InputStream in = response.body()) {
            boolean stream = response.headers().firstValue("Content-Type").orElse("").startsWith("text/event-stream");
            return stream && method.equals("GET") ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    static void check(String target, Map<String, String> headers, @Nullable String body, Answer answer) {
        Operation operation = CONTRACT.find(answer.method(), target.replaceFirst("\\?.*", ""));
        assertThat(operation).as("in the contract: %s %s", answer.method(), target).isNotNull();
        assertThat(CONTRACT.wrongInResponse(operation, answer))
                .as("%s %s %s: %s", answer.method(), target, body, answer).isEmpty();
        if (answer.status() < 400) {
            assertThat(CONTRACT.wrongInRequest(operation, target, headers, body))
                    .as("%s %s %s was served", answer.method(), target, body).isEmpty();
        }
    }

    /** Listens to the live stream until each of these events was there; holds every one to the contract. */
    void listenFor(Set<String> names, @Nullable String token) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v1/live"));
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        HttpResponse<InputStream> response = http.send(request.build(), BodyHandlers.ofInputStream());
        Set<String> missing = new java.util.HashSet<>(names);
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            String name = "";
            while (!missing.isEmpty()) {
                String line = lines.readLine();
                assertThat(line).as("the stream ended before %s", missing).isNotNull();
                if (line.startsWith("event: ")) {
                    name = line.substring(7);
                } else if (line.startsWith("data: ")) {
                    assertThat(CONTRACT.wrongInEvent(name, line.substring(6))).as("%s: %s", name, line).isEmpty();
                    missing.remove(name);
                }
            }
        }
    }
}
