package io.slotgate.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OwnZoneTest {
    @Test
    void theConfiguredZoneCountsAndElseTheEnvironments() {
        Map<String, String> environment = Map.of(OwnZone.VARIABLE, " b ");
        assertThat(OwnZone.find("a", environment::get)).isEqualTo("a");
        assertThat(OwnZone.find(null, environment::get)).isEqualTo("b");
        assertThat(OwnZone.find(null, Map.of(OwnZone.VARIABLE, "")::get)).isNull();
        assertThat(OwnZone.find(null, Map.<String, String>of()::get)).isNull();
        assertThat(OwnZone.find(null, Map.of(OwnZone.VARIABLE, "z".repeat(255))::get)).hasSize(255);
        assertThat(OwnZone.find(null, Map.of(OwnZone.VARIABLE, "z".repeat(256))::get)).isNull();
    }

    @Test
    void theInstancesMetadataIsAskedByTheSecondVersionOfItsProtocol() throws IOException {
        HttpServer service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        service.createContext("/", exchange -> {
            String request = exchange.getRequestMethod() + " " + exchange.getRequestURI();
            String answer = switch (request) {
                case "PUT /latest/api/token" ->
                    "60".equals(exchange.getRequestHeaders().getFirst("X-aws-ec2-metadata-token-ttl-seconds"))
                            ? "t0ken"
                            : "";
                case "GET /latest/meta-data/placement/availability-zone" ->
                    "t0ken".equals(exchange.getRequestHeaders().getFirst("X-aws-ec2-metadata-token"))
                            ? "eu-west-1c"
                            : "";
                default -> "";
            };
            byte[] body = answer.getBytes(StandardCharsets.US_ASCII);
            exchange.sendResponseHeaders(body.length == 0 ? 401 : 200, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        service.start();
        try {
            Map<String, String> environment = Map.of(OwnZone.ENDPOINT_VARIABLE,
                    "http://127.0.0.1:" + service.getAddress().getPort());
            assertThat(OwnZone.find(OwnZone.METADATA, environment::get)).isEqualTo("eu-west-1c");
        } finally {
            service.stop(0);
        }
    }

    @Test
    void aMetadataServiceThatIsNotThereLeavesTheZoneUnknown() {
        assertThat(OwnZone.find(OwnZone.METADATA, Map.of(OwnZone.ENDPOINT_VARIABLE, "http://127.0.0.1:1")::get))
                .isNull();
        assertThat(OwnZone.find(OwnZone.METADATA, Map.of(OwnZone.ENDPOINT_VARIABLE, "nonsense")::get)).isNull();
    }
}
