package io.slotgate.deploy.operator;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** An admin API that answers what a real one has answered, and remembers what it was asked. */
final class RecordedApi implements AutoCloseable {
    /** Such as {@code GET /topology}, with what it was asked and given. */
    record Asked(String request, String body, @Nullable String authorization, @Nullable String type,
            @Nullable String idempotencyKey) {}

    private record Recorded(int status, String body) {}

    final List<Asked> asked = new CopyOnWriteArrayList<>();
    private final Map<String, Deque<Recorded>> answers = new ConcurrentHashMap<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpServer server;
    private final String scheme;

    RecordedApi() throws IOException {
        this(null);
    }

    /** @param tls null: without */
    RecordedApi(@Nullable SSLContext tls) throws IOException {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        if (tls == null) {
            server = HttpServer.create(address, 0);
        } else {
            HttpsServer https = HttpsServer.create(address, 0);
            https.setHttpsConfigurator(new HttpsConfigurator(tls));
            server = https;
        }
        scheme = tls == null ? "http" : "https";
        server.createContext("/api/v1", this::answer);
        server.setExecutor(threads);
        server.start();
    }

    /** @param request such as {@code GET /status}; what is recorded twice is answered in turn, and the last for ever */
    RecordedApi with(String request, int status, String body) {
        answers.computeIfAbsent(request, any -> new ArrayDeque<>()).addLast(new Recorded(status, body));
        return this;
    }

    RecordedApi with(String request, String body) {
        return with(request, 200, body);
    }

    URI uri() {
        return URI.create(scheme + "://localhost:" + server.getAddress().getPort());
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String request = exchange.getRequestMethod() + " "
                    + exchange.getRequestURI().toString().substring("/api/v1".length());
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            asked.add(new Asked(request, body, exchange.getRequestHeaders().getFirst("Authorization"),
                    exchange.getRequestHeaders().getFirst("Content-Type"),
                    exchange.getRequestHeaders().getFirst("Idempotency-Key")));
            Recorded recorded = take(request);
            byte[] bytes = recorded.body().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(recorded.status(), bytes.length == 0 ? -1 : bytes.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(bytes);
            }
        }
    }

    private synchronized Recorded take(String request) {
        Deque<Recorded> recorded = answers.get(request);
        if (recorded == null) {
            return new Recorded(404, "{\"status\":404,\"detail\":\"there is nothing at " + request + "\"}");
        }
        return recorded.size() > 1 ? recorded.removeFirst() : recorded.getFirst();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.close();
    }
}
