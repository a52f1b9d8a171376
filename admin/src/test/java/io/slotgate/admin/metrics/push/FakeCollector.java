package io.slotgate.admin.metrics.push;

import com.google.protobuf.InvalidProtocolBufferException;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** Takes whatever is sent. */
final class FakeCollector implements AutoCloseable {
    /** @param text bytes as characters, for names stand in all formats as they are */
    record Sent(String path, @Nullable String authorization, @Nullable String type, String text) {
        /** What it is, if it is metrics by OTLP. */
        ExportMetricsServiceRequest metrics() {
            try {
                return ExportMetricsServiceRequest.parseFrom(text.getBytes(StandardCharsets.ISO_8859_1));
            } catch (InvalidProtocolBufferException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    final Queue<Sent> sent = new ConcurrentLinkedQueue<>();
    volatile int status = 200;
    private final HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);

    FakeCollector() throws IOException {
        server.createContext("/", exchange -> {
            try (exchange) {
                sent.add(new Sent(exchange.getRequestURI().getPath(),
                        exchange.getRequestHeaders().getFirst("Authorization"),
                        exchange.getRequestHeaders().getFirst("Content-Type"),
                        new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.ISO_8859_1)));
                exchange.sendResponseHeaders(status, -1);
            }
        });
        server.start();
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
