package io.slotgate.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.slotgate.admin.Contract.Answer;
import io.slotgate.admin.Contract.Operation;
import io.slotgate.admin.security.Role;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Every operation of {@code openapi.yaml}: served to who has its role, refused to who has not, refused if it makes no sense. That requests and
 * answers are as the contract has them, {@link ContractClient} sees to.
 */
@Timeout(60)
class ContractTest extends ContractFixture {
    private static final Contract CONTRACT = Contract.OF_API;
    private static final String V1 = "/api/v1";
    private static final String ADMIN = Tokens.of("admin");

    /** One request that is served. What has to be done before it has names: see {@link #prepare}. */
    private static final List<Arguments> SERVED = List.of(
            served("GET /healthz", 200), served("GET /readyz", 200), served("GET /metrics", 200),
            served("GET /openapi.yaml", 200), served("GET /api/v1/openapi.yaml", 200), served("GET /docs", 200),
            served("GET /", 200), served("GET /dashboard/app.js", 200), served("GET /dashboard/panels/cluster.js", 200),
            served("GET /api/v1/whoami", 200), served("GET /docs/swagger-ui.css", 200),
            served("GET /docs/viewer.js", 200),
            served("GET /api/v1/status", 200), served("GET /api/v1/proxies", 200), served("GET /api/v1/channels", 200),
            served("GET /api/v1/limits", 200), served("GET /api/v1/figures", 200), served("GET /api/v1/live", 200),
            served("GET /api/v1/topology", 200), served("GET /api/v1/slots/5", 200),
            served("GET /api/v1/slots/16383", 200),
            served("GET /api/v1/route?key=%7Buser%7D1", 200),
            served("GET /api/v1/route?key=AP8=&encoding=base64", 200),
            served("GET /api/v1/rolling-restart", 200),
            served("GET /api/v1/operations", 200), served("held", "GET /api/v1/operations", null, 200),
            served("held", "GET /api/v1/operations/1", null, 200),
            served("held", "DELETE /api/v1/operations/1", null, 202),
            served("POST /api/v1/topology/refresh", 202),
            served("POST /api/v1/drain", 202), served("draining", "DELETE /api/v1/drain", null, 202),
            served("", "POST /api/v1/drain", "{\"timeout\":\"30s\"}", 202),
            served("POST /api/v1/shards/a/failover", 202),
            served("", "POST /api/v1/shards/a1/failover", "{\"to\":\"127.0.0.1:7001\",\"mode\":\"force\"}", 202),
            served("POST /api/v1/nodes/a2/avoid", 200), served("POST /api/v1/nodes/127.0.0.1:7001/avoid", 200),
            served("avoided", "DELETE /api/v1/nodes/a2/avoid", null, 200), served("DELETE /api/v1/nodes/a2/avoid", 200),
            served("GET /api/v1/clients", 200), served("GET /api/v1/clients?limit=1", 200),
            served("GET /api/v1/clients?after=3&limit=1&user=app&name=n5&addr=10.0.0.1&cmd=get", 200),
            served("GET /api/v1/clients/3", 200), served("DELETE /api/v1/clients/3", 204),
            served("", "POST /api/v1/clients/kill", "{\"user\":\"app\"}", 200),
            served("", "POST /api/v1/clients/kill",
                    "{\"ids\":[3],\"addr\":\"10.0.0.1:5001\",\"name\":\"n3\",\"minAge\":1}", 200),
            served("GET /api/v1/settings", 200), served("changed", "GET /api/v1/settings", null, 200),
            served("", "PATCH /api/v1/settings", "{\"set\":{\"reads.policy\":\"primary\"}}", 200),
            served("changed", "PATCH /api/v1/settings", "{\"version\":2,\"unset\":[\"reads.policy\"],\"dryRun\":true}",
                    200),
            served("changed", "GET /api/v1/settings/history", null, 200),
            served("changed", "POST /api/v1/settings/rollback", "{\"version\":1}", 200),
            served("changed", "POST /api/v1/settings/rollback", "{\"version\":1,\"dryRun\":true}", 200),
            served("changed", "GET /api/v1/audit", null, 200),
            served("GET /api/v1/events", 200), served("GET /api/v1/events?after=1&limit=2", 200),
            served("GET /api/v1/commands", 200), served("GET /api/v1/hotkeys", 200), served("GET /api/v1/bigkeys", 200),
            served("GET /api/v1/hotkeys?scope=fleet", 200), served("GET /api/v1/hotkeys?scope=proxy", 200),
            served("GET /api/v1/bigkeys?scope=fleet", 200), served("GET /api/v1/bigkeys?scope=proxy", 200),
            served("GET /api/v1/slots/heat?scope=proxy&only=writes", 200),
            served("GET /api/v1/slots/heat", 200), served("GET /api/v1/slots/heat?only=reads", 200),
            served("GET /api/v1/slowlog", 200),
            served("GET /api/v1/slowlog?limit=3&after=9", 200), served("GET /api/v1/channels?after=1&limit=2", 200),
            served("DELETE /api/v1/slowlog", 204));

    private static Arguments served(String request, int status) {
        return served("", request, null, status);
    }

    private static Arguments served(String before, String request, @Nullable String body, int status) {
        return arguments(before, request, body, status);
    }

    private void prepare(String before) throws IOException, InterruptedException {
        switch (before) {
            case "held" -> {
                proxy.holding = true;
                call("POST " + V1 + "/shards/a/failover", null, ADMIN);
            }
            case "draining" -> call("POST " + V1 + "/drain", null, ADMIN);
            case "avoided" -> call("POST " + V1 + "/nodes/a2/avoid", null, ADMIN);
            case "changed" -> {
                call("PATCH " + V1 + "/settings", "{\"set\":{\"reads.policy\":\"primary\"}}", ADMIN);
                call("PATCH " + V1 + "/settings", "{\"set\":{\"log.level\":\"info\",\"drain-timeout\":\"9s\"}}", ADMIN);
            }
            default -> assertThat(before).isEmpty();
        }
    }

    private static Operation operation(String request) {
        String[] parts = request.split(" ");
        Operation found = CONTRACT.find(parts[0], parts[1].replaceFirst("\\?.*", ""));
        assertThat(found).as("in the contract: %s", request).isNotNull();
        return found;
    }

    private static @Nullable String leastToken(Operation operation) {
        return operation.role().equals("anyone") ? null : Tokens.of(operation.role());
    }

    @ParameterizedTest
    @FieldSource("SERVED")
    void servesWhoHasTheRole(String before, String request, @Nullable String body, int status)
            throws IOException, InterruptedException {
        prepare(before);

        Answer answer = call(request, body, leastToken(operation(request)));

        assertThat(answer.status()).as("%s", answer).isEqualTo(status);
    }

    /** All but what only asks what a change would do. */
    private static List<Arguments> changesThatAreServed() {
        return SERVED.stream().filter(row -> !operation((String) row.get()[1]).method().equals("GET"))
                .filter(row -> !String.valueOf(row.get()[2]).contains("dryRun")).toList();
    }

    @ParameterizedTest
    @MethodSource("changesThatAreServed")
    void writesDownWhoChangedWhat(String before, String request, @Nullable String body, int status)
            throws IOException, InterruptedException {
        prepare(before);
        int known = audit().size();
        Operation operation = operation(request);

        assertThat(call(request, body, leastToken(operation)).status()).isEqualTo(status);

        JsonNode audit = audit();
        // What goes on by itself is written down when it ends, too, as done by who began it.
        assertThat(audit.valueStream().limit(audit.size() - known)).as("%s", audit)
                .anySatisfy(entry -> {
                    assertThat(entry.path("actor").asString()).isEqualTo("the-" + operation.role());
                    assertThat(entry.path("target").asString()).isNotBlank();
                    assertThat(entry.path("outcome").asString()).isNotBlank();
                });
    }

    /** The latest first. */
    private JsonNode audit() throws IOException, InterruptedException {
        return JsonMapper.shared().readTree(call("GET " + V1 + "/audit", null, ADMIN).body()).path("items");
    }

    @Test
    void servesEveryOperationInThisTest() {
        Set<String> served = SERVED.stream().map(row -> operation((String) row.get()[1]).toString())
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(served).containsExactlyInAnyOrderElementsOf(
                CONTRACT.operations().stream().map(Operation::toString).toList());
    }

    /** With something in the place of each parameter. */
    private static String request(Operation operation) {
        return operation.method() + " " + operation.path().replace("{slot}", "5").replace("/clients/{id}", "/clients/3")
                .replace("/nodes/{id}", "/nodes/a2").replace("/shards/{id}", "/shards/a").replace("{id}", "1")
                .replace("/dashboard/{file}", "/dashboard/app.js").replace("{folder}/{file}", "panels/cluster.js")
                .replace("{file}", "viewer.js");
    }

    private static Stream<Operation> guarded() {
        return CONTRACT.operations().stream().filter(operation -> !operation.role().equals("anyone"));
    }

    @ParameterizedTest
    @MethodSource("guarded")
    void refusesWhoHasNoToken(Operation operation) throws IOException, InterruptedException {
        assertThat(call(request(operation), null, null).status()).isEqualTo(401);
        assertThat(call(request(operation), null, "token-of-nobody").status()).isEqualTo(401);
        assertNothingHappened();
    }

    private static List<Arguments> lesserRoles() {
        return guarded().flatMap(operation -> Stream.of(Role.values())
                .filter(role -> !role.includes(Role.valueOf(operation.role().toUpperCase(java.util.Locale.ROOT))))
                .map(role -> arguments(operation, role))).toList();
    }

    @ParameterizedTest
    @MethodSource("lesserRoles")
    void refusesWhoseRoleIsNotEnough(Operation operation, Role role) throws IOException, InterruptedException {
        Answer answer = call(request(operation), null, Tokens.of(role.word()));

        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.body()).contains("role of the-" + role.word() + ": " + role.word() + " (expected: "
                + operation.role() + ")");
        assertNothingHappened();
    }

    private void assertNothingHappened() throws IOException, InterruptedException {
        assertThat(proxy.killed).isEmpty();
        assertThat(proxy.refreshes).isEmpty();
        assertThat(proxy.draining).isFalse();
        assertThat(call("GET /api/v1/audit", null, ADMIN).body()).isEqualTo("{\"items\":[]}");
        assertThat(call("GET /api/v1/operations", null, ADMIN).body()).isEqualTo("{\"items\":[]}");
    }

    private static Stream<Operation> changing() {
        return CONTRACT.operations().stream().filter(operation -> !operation.method().equals("GET"));
    }

    @ParameterizedTest
    @MethodSource("changing")
    void refusesChangesThatAForeignPageCauses(Operation operation) throws IOException, InterruptedException {
        String[] request = request(operation).split(" ");

        for (Map<String, String> headers : List.of(Map.of("Origin", "https://evil.example"),
                Map.of("Sec-Fetch-Site", "cross-site"), Map.of("Origin", "null"))) {
            assertThat(admin.contract().call(request[0], request[1], null, ADMIN, headers).status()).isEqualTo(403);
        }
        assertNothingHappened();
    }

    private static Stream<Operation> ofVersion1() {
        return guarded().filter(operation -> operation.path().startsWith(V1));
    }

    @ParameterizedTest
    @MethodSource("ofVersion1")
    void refusesParametersNobodyKnows(Operation operation) throws IOException, InterruptedException {
        String request = request(operation);
        Answer answer = call(request + "?nonsense=1", null, ADMIN);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body()).contains("\"errors\":[{\"field\":\"nonsense\",");
        assertThat(proxy.killed).isEmpty();
    }

    /** Who asks, the API knows before there is a proxy. */
    private static Stream<Operation> ofTheProxy() {
        return ofVersion1().filter(operation -> !operation.id().equals("whoAmI"));
    }

    @ParameterizedTest
    @MethodSource("ofTheProxy")
    void saysThatTheProxyStarts(Operation operation) throws IOException, InterruptedException {
        try (AdminFixture starting = AdminFixture.withTokens().start()) {
            String[] request = request(operation).split(" ");

            Answer answer = starting.contract().call(request[0], request[1], null, ADMIN);

            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.body()).contains("starting: ");
        }
    }

    private static Stream<Operation> withBody() {
        return CONTRACT.operations().stream().filter(Operation::takesBody);
    }

    @ParameterizedTest
    @MethodSource("withBody")
    void refusesBodiesThatMakeNoSense(Operation operation) throws IOException, InterruptedException {
        for (String body : List.of("[]", "{", "null", "1", "\"\"", "{} {}", "{\"nonsense\":1}", "{\"\":null}",
                "{\"nonsense\":1,\"nonsense\":2}", "\u0000", "not json")) {
            Answer answer = call(request(operation), body, ADMIN);

            assertThat(answer.status()).as("%s: %s", body, answer.body()).isEqualTo(400);
            assertThat(answer.body()).contains("\"errors\":[{\"field\":");
        }
        assertNothingHappened();
    }

    @ParameterizedTest
    @MethodSource("withBody")
    void refusesBodiesOfAnotherKindOrTooLong(Operation operation) throws IOException, InterruptedException {
        String[] request = request(operation).split(" ");

        assertThat(admin.contract().call(request[0], request[1], "{}", ADMIN, Map.of("Content-Type", "text/plain"))
                .status())
                .isEqualTo(415);
        assertThat(call(request(operation), "{\"x\":\"" + "x".repeat(64 * 1024) + "\"}", ADMIN).status())
                .isEqualTo(413);
        assertNothingHappened();
    }

    @Test
    void tellsWhatChangesAsItChanges() throws IOException, InterruptedException {
        admin.contract().listenFor(Set.of("topology", "figures"), Tokens.of("viewer"));
    }

    @ParameterizedTest
    @MethodSource("readable")
    void answersHeadAsGet(Operation operation) throws IOException, InterruptedException {
        prepare("held");
        String target = request(operation).split(" ")[1] + (operation.path().endsWith("/route") ? "?key=a" : "");

        assertThat(admin.contract().call("HEAD", target, null, ADMIN).status()).isEqualTo(200);
        if (!operation.role().equals("anyone")) {
            assertThat(admin.contract().call("HEAD", target, null, null).status()).isEqualTo(401);
        }
    }

    private static Stream<Operation> readable() {
        return CONTRACT.operations().stream().filter(operation -> operation.method().equals("GET"));
    }
}
