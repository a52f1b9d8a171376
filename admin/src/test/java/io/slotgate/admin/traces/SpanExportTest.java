package io.slotgate.admin.traces;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.slotgate.proxy.command.CommandSpec;
import io.slotgate.proxy.command.CommandTable;
import io.slotgate.proxy.observe.Observer;
import io.slotgate.proxy.observe.SlowLog;
import io.slotgate.proxy.observe.Traces;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Sends to a collector that keeps what it gets. */
@Timeout(60)
class SpanExportTest {
    private final Queue<String> received = new ConcurrentLinkedQueue<>();
    private HttpServer collector;

    @BeforeEach
    void start() throws IOException {
        collector = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        collector.createContext("/v1/traces", exchange -> {
            byte[] body = exchange.getRequestBody().readAllBytes();
            boolean zipped = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
            received.add(new String(zipped ? new GZIPInputStream(new ByteArrayInputStream(body)).readAllBytes() : body,
                    StandardCharsets.ISO_8859_1));
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        collector.start();
    }

    @AfterEach
    void stop() {
        collector.stop(0);
    }

    private URI endpoint() {
        return URI.create("http://127.0.0.1:" + collector.getAddress().getPort() + "/v1/traces");
    }

    @Test
    void tellsOfTheTimeHereAndAtTheNode() {
        Traces traces = new Traces(1, false);
        trace(traces, 1);

        SpanExport.start(traces, endpoint(), "fleet-a").close();

        assertThat(String.join("", received)).contains("fleet-a", "GET", "node", "10.0.0.1:7000", "slotgate.slot");
    }

    @Test
    void losesAndCountsWhatACollectorIsTooSlowFor() {
        Traces traces = new Traces(1, false);

        trace(traces, Traces.MOST + 10);

        assertThat(traces.lost()).isEqualTo(10);
        assertThat(traces.take(Integer.MAX_VALUE)).hasSize(Traces.MOST);
    }

    private static void trace(Traces traces, int times) {
        Observer observer = new Observer(SlowLog.off(), 0, traces);
        CommandSpec get = CommandTable.builtIn().byName("get");
        assertThat(get).isNotNull();
        for (int i = 0; i < times; i++) {
            long since = observer.clock().now();
            assertThat(observer.isTraced(since)).isTrue();
            observer.trace(get, 5, "10.0.0.1:7000", since - 2_000, since - 1_000, false);
        }
    }
}
