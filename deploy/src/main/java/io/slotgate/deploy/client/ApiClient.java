package io.slotgate.deploy.client;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A caller of one admin API. Used by one thread. */
public final class ApiClient implements AutoCloseable {
    private static final String ROOT = "/api/v1";
    private static final Duration CONNECT = Duration.ofSeconds(5);
    /** Longer than the API itself waits for anything. */
    private static final Duration ANSWER = Duration.ofSeconds(30);
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final Access access;
    private final String base;
    private final HttpClient http;

    /** @throws IOException naming the file, if a certificate can't be read */
    public ApiClient(Access access) throws IOException {
        this.access = access;
        String given = access.admin().toString();
        this.base = given.endsWith("/") ? given.substring(0, given.length() - 1) : given;
        HttpClient.Builder builder = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT);
        SSLContext trust = access.trust();
        if (trust != null) {
            builder.sslContext(trust);
        }
        this.http = builder.build();
    }

    /** Where the API is. */
    public URI admin() {
        return access.admin();
    }

    /** As {@link #send}. */
    public Answer get(String path, Map<String, String> query) throws IOException, InterruptedException {
        return send("GET", path, query, null);
    }

    /**
     * Asks, and waits for the answer.
     *
     * @param path below {@code /api/v1}, encoded where it has to be: see {@link #segment}
     * @param query parameters by names
     * @param body what is to be sent as JSON; null: nothing
     * @throws ApiException if there is no answer, or none that is good
     */
    public Answer send(String method, String path, Map<String, String> query, @Nullable Object body)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = request(path, query).timeout(ANSWER).method(method,
                body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(MAPPER.writeValueAsString(body)));
        if (body != null) {
            request.header("Content-Type", "application/json");
        }
        if (method.equals("POST")) {
            request.header("Idempotency-Key", UUID.randomUUID().toString());
        }
        HttpResponse<String> response = call(request.build(), BodyHandlers.ofString());
        return answer(response.statusCode(), response.body());
    }

    /** Opens the stream of what changes. */
    public LiveStream live() throws IOException, InterruptedException {
        HttpResponse<InputStream> response = call(request("/live", Map.of()).build(), BodyHandlers.ofInputStream());
        if (response.statusCode() != 200) {
            try (InputStream in = response.body()) {
                answer(response.statusCode(), new String(in.readAllBytes(), StandardCharsets.UTF_8));
            }
            throw new ApiException.Unreachable(admin() + ": HTTP status " + response.statusCode() + " (expected: 200)");
        }
        return new LiveStream(admin(), response.body());
    }

    /** A part of a path that may have anything in it. */
    public static String segment(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** JSON from elsewhere than an answer. */
    public static JsonNode parse(String json) {
        return MAPPER.readTree(json);
    }

    private HttpRequest.Builder request(String path, Map<String, String> query) {
        String parameters = query.entrySet().stream()
                .map(each -> segment(each.getKey()) + "=" + segment(each.getValue()))
                .collect(Collectors.joining("&"));
        HttpRequest.Builder request = HttpRequest
                .newBuilder(URI.create(base + ROOT + path + (parameters.isEmpty() ? "" : "?" + parameters)));
        if (access.token() != null) {
            request.header("Authorization", "Bearer " + access.token());
        }
        return request;
    }

    private <T> HttpResponse<T> call(HttpRequest request, HttpResponse.BodyHandler<T> handler)
            throws IOException, InterruptedException {
        try {
            return http.send(request, handler);
        } catch (SSLException e) {
            throw new ApiException.Unreachable(
                    admin() + ": " + e.getMessage() + " (a certificate of an authority of your own"
                            + " is trusted with --ca)",
                    e);
        } catch (HttpTimeoutException e) {
            throw new ApiException.Unreachable(admin() + ": no answer in time", e);
        } catch (ConnectException e) {
            // Its message is null where the host has no address, too.
            throw new ApiException.Unreachable(admin() + ": "
                    + (e.getCause() instanceof UnresolvedAddressException || isUnresolved(e)
                            ? "unknown host"
                            : "nobody listens there (a proxy's admin API is named with --admin or SLOTGATE_ADMIN)"),
                    e);
        } catch (IOException e) {
            throw new ApiException.Unreachable(admin() + ": " + (e.getMessage() == null ? e : e.getMessage()), e);
        }
    }

    private static boolean isUnresolved(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnresolvedAddressException) {
                return true;
            }
        }
        return false;
    }

    private Answer answer(int status, String body) throws ApiException {
        JsonNode json;
        try {
            json = MAPPER.readTree(body);
        } catch (JacksonException e) {
            throw new ApiException.Unreachable(
                    admin() + ": HTTP status " + status + " without JSON (expected: the admin API)",
                    e);
        }
        if (status >= 400) {
            throw refused(status, json);
        }
        return new Answer(body, json);
    }

    private static ApiException refused(int status, JsonNode problem) {
        List<String> errors = new ArrayList<>();
        for (JsonNode error : problem.path("errors")) {
            errors.add(error.path("field").asString("") + ": " + error.path("value").asString("") + " (expected: "
                    + error.path("expected").asString("") + ")");
        }
        return new ApiException.Refused(status, problem.path("detail").asString("HTTP status " + status), errors);
    }

    /** Gives up what is under way, too. */
    @Override
    public void close() {
        http.shutdownNow();
    }
}
