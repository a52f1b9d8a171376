package io.slotgate.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.slotgate.admin.http.AdminSocket;
import io.slotgate.admin.view.FakeProxy;
import io.slotgate.admin.view.ThreadNotingProxy;
import io.slotgate.proxy.config.Admin;
import io.slotgate.proxy.config.ConfigException;
import io.slotgate.proxy.config.Endpoint;
import io.slotgate.topology.model.SlotMap;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class AdminServerTest {
    private final FakeProxy proxy = new FakeProxy();

    @RegisterExtension
    final AdminFixture admin = AdminFixture.open();

    @Test
    void isHealthyAsSoonAsItAnswers() throws IOException, InterruptedException {
        HttpResponse<String> health = admin.client().get("/healthz");

        assertThat(health.statusCode()).isEqualTo(200);
        assertThat(health.body()).isEqualTo("ok");
    }

    @Test
    void isNotReadyBeforeTheProxyIs() throws IOException, InterruptedException {
        assertNotReady("starting: the cluster has not been reached yet, or the listeners are not open");
    }

    @Test
    void isReadyWhenTheProxyServes() throws IOException, InterruptedException {
        admin.server().attach(proxy);

        HttpResponse<String> ready = admin.client().get("/readyz");

        assertThat(ready.statusCode()).isEqualTo(200);
        assertThat(ready.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(ready.body()).isEqualTo("{\"ready\":true}");
    }

    @Test
    void isNotReadyWhileSlotsHaveNoOwner() throws IOException, InterruptedException {
        admin.server().attach(proxy);

        proxy.slots = FakeProxy.mapOf(SlotMap.SLOTS - 10);
        proxy.ready = false;

        assertNotReady("slots without an owner: 10 of 16384");
    }

    @Test
    void isNotReadyOnceTheProxyStops() throws IOException, InterruptedException {
        admin.server().attach(proxy);

        proxy.ready = false;

        assertNotReady("stopping: the listeners are closed");
    }

    private void assertNotReady(String why) throws IOException, InterruptedException {
        HttpResponse<String> ready = admin.client().get("/readyz");
        assertThat(ready.statusCode()).isEqualTo(503);
        assertThat(ready.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(ready.body()).isEqualTo("{\"type\":\"about:blank\",\"title\":\"Service Unavailable\",\"status\":503,"
                + "\"detail\":\"" + why + "\"," + errors("ready", "false", "true") + ",\"ready\":false}");
        // Balancers like to ask without wanting the answer.
        assertThat(admin.client().call("HEAD", "/readyz").statusCode()).isEqualTo(503);
    }

    @Test
    void answersUnknownPathsWithAProblem() throws IOException, InterruptedException {
        HttpResponse<String> answer = admin.client().get("/no/such/page");

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(answer.body()).isEqualTo("{\"type\":\"about:blank\",\"title\":\"Not Found\",\"status\":404,"
                + "\"detail\":\"there is nothing at /no/such/page\","
                + errors("path", "/no/such/page", "one of the API's description") + "}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "BREW"})
    void answersOtherMethodsWithAProblem(String method) throws IOException, InterruptedException {
        HttpResponse<String> answer = admin.client().call(method, "/metrics");

        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(answer.headers().firstValue("Allow")).contains("GET, HEAD");
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(answer.body()).isEqualTo("{\"type\":\"about:blank\",\"title\":\"Method Not Allowed\",\"status\":405,"
                + "\"detail\":\"" + method + " (expected: GET, HEAD)\"," + errors("method", method, "GET, HEAD") + "}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"NONSENSE | 400", "GET /healthz HTTP/1.1 | 400",
        "GET /healthz HTTP/1.1~Host: localhost~Content-Length: -1 | 400",
        "GET /%2e%2e/healthz HTTP/1.1~Host: localhost | 400", "GET /%zz HTTP/1.1~Host: localhost | 400"})
    void answersMalformedRequestsWithAProblem(String request, int status) throws IOException {
        String answer = admin.client().raw(request.replace("~", "\r\n") + "\r\nConnection: close\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 " + status + " ")
                .contains("Content-Type: application/problem+json", "X-Content-Type-Options: nosniff")
                .endsWith("{\"type\":\"about:blank\",\"title\":\"Bad Request\",\"status\":400,"
                        + "\"detail\":\"the request is malformed or too large\","
                        + errors("request", "malformed or too large", "one of HTTP/1.1") + "}");
    }

    @Test
    void answersADefectOfOursWithAProblemThatTellsNothing() throws IOException, InterruptedException {
        admin.server().attach(proxy);
        proxy.defective = true;

        assertDefect(admin.client().get("/readyz"));
    }

    @Test
    void answersAnErrorOfTheMachineTheSameWay() throws IOException, InterruptedException {
        admin.server().attach(proxy);
        proxy.incomplete = true;

        assertDefect(admin.client().get("/readyz"));
    }

    private static void assertDefect(HttpResponse<String> answer) {
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(answer.body()).isEqualTo("{\"type\":\"about:blank\",\"title\":\"Server Error\",\"status\":500,"
                + "\"detail\":\"the request could not be served; the log says why\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/healthz", "/readyz", "/metrics", "/nothing"})
    void guardsEveryAnswerAgainstBrowsersAndNamesNoServer(String path) throws IOException, InterruptedException {
        HttpResponse<String> answer = admin.client().get(path);

        assertThat(answer.headers().map()).containsEntry("X-Content-Type-Options", List.of("nosniff"))
                .containsEntry("X-Frame-Options", List.of("DENY"))
                .containsEntry("Cache-Control", List.of("no-store"))
                .containsKeys("Content-Security-Policy", "Referrer-Policy", "Cross-Origin-Resource-Policy")
                .doesNotContainKeys("Server", "X-Powered-By", "Set-Cookie");
    }

    @Test
    void refusesRequestsMeantForAnotherHost() throws IOException {
        String answer = admin.client()
                .raw("GET /healthz HTTP/1.1\r\nHost: evil.example:80\r\nConnection: close\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 421 ")
                .endsWith("\"detail\":\"Host: evil.example:80 (expected: localhost or a loopback address)\","
                        + errors("Host", "evil.example:80", "localhost or a loopback address") + "}");
    }

    private static String errors(String field, String value, String expected) {
        return "\"errors\":[{\"field\":\"" + field + "\",\"value\":\"" + value + "\",\"expected\":\"" + expected
                + "\"}]";
    }

    @Test
    void servesProbesThatSpeakHttp10() throws IOException {
        assertThat(admin.client().raw("GET /healthz HTTP/1.0\r\n\r\n")).startsWith("HTTP/1.1 200 ").endsWith("ok");
    }

    @Test
    void runsRequestsOnVirtualThreads() throws IOException, InterruptedException {
        ThreadNotingProxy noting = new ThreadNotingProxy();
        admin.server().attach(noting);

        admin.client().get("/readyz");

        // The first scrape, which begins with attach, asks too: on a thread of the platform.
        assertThat(noting.askers).anyMatch(Thread::isVirtual);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::", "192.0.2.1"})
    void refusesToBeReachedFromOutside(String host) {
        assertThatThrownBy(() -> AdminServer.start(new Admin(true, new Endpoint(host, 0))))
                .isInstanceOf(ConfigException.class)
                .hasMessage("endpoint.host: " + host
                        + " (expected: a loopback address such as 127.0.0.1, or admin.tls and admin.tokens)");
    }

    /** Whatever name the configuration gave, and whoever made it. */
    @Test
    void bindsToNothingButLoopbackAddresses() {
        assertThatThrownBy(() -> AdminSocket.bind(new Admin(false, new Endpoint("192.0.2.1", 0))))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("admin.endpoint.host: 192.0.2.1 (expected: ");
    }

    @Test
    void saysWhichAddressItCannotHave() {
        Admin taken = new Admin(true, new Endpoint("127.0.0.1", admin.server().port()));

        assertThatThrownBy(() -> AdminServer.start(taken)).isInstanceOf(BindException.class)
                .hasMessage("admin.endpoint: can't listen on 127.0.0.1:" + admin.server().port()
                        + ": Address already in use");
    }

    @Test
    void leavesNoThreadAndNoPortBehind() throws IOException, InterruptedException {
        admin.server().attach(proxy);
        admin.client().get("/metrics");
        assertThat(adminThreads()).isNotEmpty();

        admin.server().close();

        await().untilAsserted(() -> assertThat(adminThreads()).isEmpty());
        assertThatThrownBy(() -> admin.client().get("/healthz")).isInstanceOf(ConnectException.class);
    }

    private static List<String> adminThreads() {
        return Thread.getAllStackTraces().keySet().stream().map(Thread::getName)
                .filter(name -> name.startsWith("slotgate-admin") || name.startsWith("Jetty")
                        || name.startsWith("Scheduler"))
                .toList();
    }
}
