package io.slotgate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Span.SpanKind;
import io.opentelemetry.proto.trace.v1.Status.StatusCode;
import io.slotgate.admin.AdminServer;
import io.slotgate.admin.view.ProxyView;
import io.slotgate.proxy.command.SlotHash;
import io.slotgate.proxy.config.Admin;
import io.slotgate.proxy.config.Auth;
import io.slotgate.proxy.config.Endpoint;
import io.slotgate.proxy.config.Limits;
import io.slotgate.proxy.config.SlotgateConfig;
import io.slotgate.proxy.config.SlowLogConfig;
import io.slotgate.proxy.config.TopologySettings;
import io.slotgate.proxy.config.TracesConfig;
import io.slotgate.proxy.config.Upstream;
import io.slotgate.proxy.server.ProxyServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Commands that really pass through a proxy, as a collector of traces is told of them. */
@Timeout(180)
class TracesIT {
    private static final Duration SLOW = Duration.ofMillis(100);

    @RegisterExtension
    static final ProxyFixture proxy = new ProxyFixture().cluster(cluster -> cluster.shards(3).replicas(0));

    private final List<Span> spans = new CopyOnWriteArrayList<>();
    private final List<String> services = new CopyOnWriteArrayList<>();
    private HttpServer collector;

    /** A proxy whose spans the collector gets. */
    private final class Traced implements AutoCloseable {
        private final ProxyServer server;
        private final AdminServer admin;

        Traced(int oneIn, boolean slow) throws IOException, InterruptedException {
            TopologySettings usual = TopologySettings.defaults();
            // A node that runs a script answers no probe.
            TopologySettings patient = new TopologySettings(usual.refreshInterval(), usual.minRefreshGap(),
                    usual.probedNodes(), ProxyFixture.PATIENCE);
            SlotgateConfig plain = ProxyFixture.config(proxy.certificates(), Upstream.to(proxy.cluster().seeds()),
                    patient, Limits.defaults(), Auth.open());
            URI endpoint = URI.create("http://127.0.0.1:" + collector.getAddress().getPort() + "/v1/traces");
            server = ProxyServer.start(new SlotgateConfig(plain.listen(), plain.upstream(), plain.topology(),
                    plain.workers(), plain.transport(), plain.auth(), plain.limits(), plain.admin(), plain.zone(),
                    plain.fleet(), plain.clusterEnabled(), plain.reads(), plain.drainTimeout(), plain.dns(),
                    plain.allow(), new SlowLogConfig(SLOW, 128), plain.heat(),
                    new TracesConfig(endpoint, oneIn, slow)));
            admin = AdminServer.start(new Admin(true, new Endpoint("127.0.0.1", 0)));
            admin.attach(ProxyView.of(server));
        }

        Wire client() throws IOException {
            return Wire.open(server.plainPort());
        }

        /** What is on its way is sent. */
        @Override
        public void close() {
            admin.close();
            server.close();
        }
    }

    @BeforeEach
    void collect() throws IOException {
        collector = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        collector.createContext("/v1/traces", exchange -> {
            try (exchange) {
                ExportTraceServiceRequest request = ExportTraceServiceRequest.parseFrom(exchange.getRequestBody());
                request.getResourceSpansList().forEach(resource -> {
                    services.add(attribute(resource.getResource().getAttributesList(), "service.name"));
                    resource.getScopeSpansList().forEach(scope -> spans.addAll(scope.getSpansList()));
                });
                exchange.sendResponseHeaders(200, -1);
            }
        });
        collector.start();
    }

    @AfterEach
    void stop() {
        collector.stop(0);
    }

    private static String attribute(List<KeyValue> attributes, String name) {
        return attributes.stream().filter(each -> each.getKey().equals(name)).findFirst()
                .map(each -> each.getValue().hasIntValue()
                        ? Long.toString(each.getValue().getIntValue())
                        : each.getValue().getStringValue())
                .orElse("");
    }

    private List<Span> commands(String name) {
        return spans.stream().filter(span -> span.getName().equals(name)).toList();
    }

    private Span atNode(Span command) {
        return spans.stream().filter(span -> span.getParentSpanId().equals(command.getSpanId())).findFirst()
                .orElseThrow();
    }

    @Test
    void eachCommandIsTwoSpansOfOneTrace() throws Exception {
        try (Traced traced = new Traced(1, false); Wire client = traced.client()) {
            assertThat(client.raw("SET", "traced:1", "v")).isEqualTo("+OK\r\n");
            assertThat(client.raw("GET", "traced:1")).isEqualTo("$1\r\nv\r\n");
            assertThat(client.raw("LPUSH", "traced:1", "v")).startsWith("-WRONGTYPE ");
            assertThat(client.raw("DEL", "traced:1")).isEqualTo(":1\r\n");
            await().atMost(ProxyFixture.PATIENCE).until(() -> !commands("DEL").isEmpty());

            int slot = SlotHash.slot("traced:1");
            String owner = Objects.requireNonNull(traced.server.slots().primary(slot)).address().toString();
            for (String name : List.of("SET", "GET", "LPUSH", "DEL")) {
                assertThat(commands(name)).as(name).singleElement().satisfies(command -> {
                    assertThat(command.getKind()).isEqualTo(SpanKind.SPAN_KIND_SERVER);
                    assertThat(command.getParentSpanId().isEmpty()).isTrue();
                    assertThat(attribute(command.getAttributesList(), "db.system.name")).isEqualTo("valkey");
                    assertThat(attribute(command.getAttributesList(), "db.operation.name")).isEqualTo(name);
                    assertThat(attribute(command.getAttributesList(), "network.peer.address")).isEqualTo(owner);
                    assertThat(attribute(command.getAttributesList(), "slotgate.slot"))
                            .isEqualTo(Integer.toString(slot));
                    assertThat(command.getStatus().getCode()).isEqualTo(
                            name.equals("LPUSH") ? StatusCode.STATUS_CODE_ERROR : StatusCode.STATUS_CODE_UNSET);
                    Span node = atNode(command);
                    assertThat(node.getName()).isEqualTo("node");
                    assertThat(node.getKind()).isEqualTo(SpanKind.SPAN_KIND_CLIENT);
                    assertThat(node.getTraceId()).isEqualTo(command.getTraceId());
                    assertThat(node.getStartTimeUnixNano()).isBetween(command.getStartTimeUnixNano(),
                            node.getEndTimeUnixNano());
                    assertThat(node.getEndTimeUnixNano()).isEqualTo(command.getEndTimeUnixNano());
                    // Neither keys nor values are told to anybody.
                    assertThat(command.toString()).doesNotContain("traced:1");
                });
            }
            assertThat(services).containsOnly("slotgate");
        }
    }

    @Test
    void oneInSoManyIsChosenByChance() throws Exception {
        int commands = 10_000;
        try (Traced traced = new Traced(20, false); Wire client = traced.client()) {
            for (int batch = 0; batch < commands / 100; batch++) {
                for (int i = 0; i < 100; i++) {
                    client.send("GET", "traced:" + i);
                }
                for (int i = 0; i < 100; i++) {
                    client.readRaw();
                }
            }
        }

        // 500, and ten times the standard deviation to each side.
        assertThat(commands("GET").size()).isBetween(280, 720);
        assertThat(commands("GET")).allSatisfy(command -> assertThat(atNode(command)).isNotNull());
    }

    @Test
    void whatIsSlowIsToldAndNothingElse() throws Exception {
        try (Traced traced = new Traced(0, true); Wire client = traced.client()) {
            for (int i = 0; i < 200; i++) {
                assertThat(client.raw("GET", "traced:" + i)).isEqualTo("$-1\r\n");
            }
            // The clock stands still in a script, so it counts.
            assertThat(
                    client.raw("EVAL", "local n = 0 for i = 1, 100000000 do n = n + 1 end return 1", "1", "traced:1"))
                    .isEqualTo(":1\r\n");
        }

        assertThat(commands("EVAL")).singleElement()
                .satisfies(
                        command -> assertThat(micros(atNode(command))).isGreaterThanOrEqualTo(SLOW.toNanos() / 1000));
        assertThat(spans).filteredOn(span -> span.getKind() == SpanKind.SPAN_KIND_SERVER)
                .allSatisfy(span -> assertThat(micros(span)).isGreaterThanOrEqualTo(SLOW.toNanos() / 1000));
    }

    private static long micros(Span span) {
        return TimeUnit.NANOSECONDS.toMicros(span.getEndTimeUnixNano() - span.getStartTimeUnixNano());
    }

    @Test
    void nothingIsToldWhereNothingIsChosen() throws Exception {
        try (Traced traced = new Traced(0, false); Wire client = traced.client()) {
            assertThat(client.raw("GET", "traced:1")).isEqualTo("$-1\r\n");
        }

        assertThat(spans).isEmpty();
    }
}
