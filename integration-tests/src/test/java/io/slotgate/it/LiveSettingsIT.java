package io.slotgate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slotgate.admin.AdminServer;
import io.slotgate.admin.view.ProxyView;
import io.slotgate.proxy.config.Admin;
import io.slotgate.proxy.config.Endpoint;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.exceptions.JedisDataException;

/** Settings that are changed by the API while clients are there, as they then act. */
@Timeout(180)
class LiveSettingsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @RegisterExtension
    static final ProxyFixture proxy = new ProxyFixture().cluster(cluster -> cluster.shards(3).replicas(0));

    private final HttpClient http = HttpClient.newHttpClient();
    private AdminServer admin;

    @BeforeEach
    void serve() throws IOException {
        admin = AdminServer.start(new Admin(true, new Endpoint("127.0.0.1", 0)));
        admin.attach(ProxyView.of(proxy.server()));
    }

    @AfterEach
    void stop() {
        admin.close();
        http.close();
    }

    private String get(String path) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(uri(path)).build(), BodyHandlers.ofString()).body();
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + admin.port() + path);
    }

    private HttpResponse<String> patch(String change) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(uri("/api/v1/settings")).header("Content-Type", "application/json")
                .method("PATCH", BodyPublishers.ofString(change)).build(), BodyHandlers.ofString());
    }

    private void set(String name, String value) throws IOException, InterruptedException {
        HttpResponse<String> answer = patch("{\"set\":{\"" + name + "\":\"" + value + "\"}}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    @Test
    void whatIsSlowAndHowMuchOfItIsKept() throws IOException, InterruptedException {
        try (Jedis jedis = proxy.clients().jedis()) {
            set("slowlog.log-slower-than", "0s");
            await().atMost(PATIENCE).untilAsserted(() -> {
                jedis.set("quick", "1");
                assertThat(proxy.server().seen().slowCommands()).anyMatch(slow -> slow.arguments().contains("quick"));
            });
            set("slowlog.max-len", "3");
            for (int i = 0; i < 20; i++) {
                jedis.set("k" + i, "1");
            }
            assertThat(proxy.server().seen().slowCommands()).hasSizeLessThanOrEqualTo(3);

            set("slowlog.log-slower-than", "none");
            await().atMost(PATIENCE).untilAsserted(() -> {
                proxy.server().seen().resetSlowCommands();
                jedis.set("quick", "1");
                assertThat(proxy.server().seen().slowCommands()).isEmpty();
            });
        }
    }

    @Test
    void whetherSlotsAndKeysAreCounted() throws IOException, InterruptedException {
        try (Jedis jedis = proxy.clients().jedis()) {
            set("heat.sample", "1");
            await().atMost(PATIENCE).untilAsserted(() -> {
                jedis.get("counted");
                assertThat(get("/api/v1/hotkeys")).contains("\"counted\"");
            });
            set("heat.enabled", "false");
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(get("/api/v1/hotkeys")).doesNotContain("counted"));
            assertThat(get("/api/v1/slots/heat")).contains("\"slots\":[]");
        }
    }

    @Test
    void howLargeAndHowManyThingsMayBe() throws IOException, InterruptedException {
        try (Jedis jedis = proxy.clients().jedis(); Jedis other = proxy.clients().jedis()) {
            set("limits.transaction-commands", "1");
            await().atMost(PATIENCE).until(() -> {
                jedis.sendCommand(Protocol.Command.MULTI);
                jedis.sendCommand(Protocol.Command.PING);
                String second = tried(() -> jedis.sendCommand(Protocol.Command.PING));
                jedis.sendCommand(Protocol.Command.DISCARD);
                return second.contains("limits.transaction-commands");
            });
            assertThat(
                    patch("{\"set\":{\"limits.bulk-bytes\":\"1KiB\",\"limits.unauthenticated-bulk-bytes\":\"1KiB\"}}")
                            .statusCode())
                    .isEqualTo(200);
            await().atMost(PATIENCE)
                    .until(() -> tried(() -> other.set("k", "x".repeat(2000))).contains("invalid bulk length"));
        }
        assertThat(get("/api/v1/settings")).contains("\"name\":\"limits.bulk-bytes\",\"value\":\"1KiB\"");
    }

    private static String tried(Runnable call) {
        try {
            call.run();
            return "";
        } catch (JedisDataException refused) {
            return String.valueOf(refused.getMessage());
        }
    }

    @Test
    void whatTakesARestartIsRefusedWithTheReason() throws IOException, InterruptedException {
        HttpResponse<String> refused = patch("{\"set\":{\"listen.backlog\":\"10\",\"workers\":\"4\"}}");

        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("\"listen.backlog\"",
                "it takes a restart, for listeners are opened with it",
                "\"workers\"", "it takes a restart, for event loops are made with it");
    }
}
