package io.slotgate.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotgate.admin.Contract.Answer;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What single requests of the API are refused for: values, members, what is not there, the time at which they come, who sends them.
 */
@Timeout(60)
class ContractRefusalsTest extends ContractFixture {
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
        "GET /api/v1/slots/16384 | slot", "GET /api/v1/slots/-1 | slot", "GET /api/v1/slots/x | slot",
        "GET /api/v1/route | key", "GET /api/v1/route?key=a&key=b | key",
        "GET /api/v1/route?key=a&encoding=hex | encoding",
        "GET /api/v1/route?key=%21&encoding=base64 | key",
        "GET /api/v1/clients?limit=0 | limit", "GET /api/v1/clients?limit=1001 | limit",
        "GET /api/v1/clients?after=x | after", "GET /api/v1/clients/0 | id", "GET /api/v1/clients/x | id",
        "GET /api/v1/slots/heat?only=all | only", "GET /api/v1/slots/heat?only=reads&only=reads | only",
        "GET /api/v1/slots/heat?scope=all | scope", "GET /api/v1/hotkeys?scope= | scope",
        "GET /api/v1/bigkeys?scope=fleet&scope=proxy | scope", "GET /api/v1/hotkeys?only=reads | only",
        "GET /api/v1/events?limit=0 | limit", "GET /api/v1/slowlog?limit=x | limit",
        "GET /api/v1/slowlog?after=x | after",
        "GET /api/v1/channels?after=-1 | after", "GET /api/v1/channels?limit=0 | limit",
        "DELETE /api/v1/clients/9223372036854775808 | id"})
    void refusesWrongParameters(String request, String field) throws IOException, InterruptedException {
        assertRefused(request, null, field);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
        "POST /api/v1/drain | {\"timeout\":\"2h\"} | timeout", "POST /api/v1/drain | {\"timeout\":\"1\"} | timeout",
        "POST /api/v1/drain | {\"timeout\":5} | timeout",
        "POST /api/v1/shards/a/failover | {\"mode\":\"now\"} | mode",
        "POST /api/v1/shards/a/failover | {\"to\":{}} | to",
        "POST /api/v1/clients/kill | {} | body", "POST /api/v1/clients/kill | {\"ids\":3} | ids",
        "POST /api/v1/clients/kill | {\"ids\":[\"x\"]} | ids.[0]",
        "POST /api/v1/clients/kill | {\"minAge\":1.5} | minAge",
        "POST /api/v1/clients/kill | {\"user\":null} | body",
        "PATCH /api/v1/settings | {\"set\":{\"nonsense\":\"1\"}} | nonsense",
        "PATCH /api/v1/settings | {\"set\":{\"limits.connections\":\"-1\"}} | limits.connections",
        "PATCH /api/v1/settings | {\"set\":{\"limits.connections\":null}} | set",
        "PATCH /api/v1/settings | {\"set\":{\"log.level\":\"loud\"}} | log.level",
        "PATCH /api/v1/settings | {\"set\":{\"\":\"\"}} | ''",
        "PATCH /api/v1/settings | {\"unset\":[\"nonsense\"]} | unset",
        "PATCH /api/v1/settings | {\"unset\":[null]} | unset",
        "PATCH /api/v1/settings | {\"set\":{\"log.level\":\"info\"},\"unset\":[\"log.level\"]} | unset",
        "PATCH /api/v1/settings | {\"version\":\"x\"} | version",
        "PATCH /api/v1/settings | {\"dryRun\":\"yes\"} | dryRun",
        "POST /api/v1/settings/rollback | {} | version",
        "POST /api/v1/settings/rollback | {\"version\":1.5} | version"})
    void refusesWrongMembers(String request, String body, String field) throws IOException, InterruptedException {
        assertRefused(request, body, field.equals("''") ? "" : field);
    }

    private void assertRefused(String request, @Nullable String body, String field)
            throws IOException, InterruptedException {
        Answer answer = call(request, body, ADMIN);

        assertThat(answer.status()).as("%s", answer).isEqualTo(400);
        assertThat(answer.body()).contains("\"errors\":[{\"field\":\"" + field + "\",");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
        "GET /api/v1/clients/4 | | 404", "DELETE /api/v1/clients/4 | | 404", "GET /api/v1/operations/4 | | 404",
        "DELETE /api/v1/operations/x | | 404", "POST /api/v1/shards/b/failover | | 404",
        "POST /api/v1/shards/a/failover | {\"to\":\"a1\"} | 404", "POST /api/v1/nodes/b1/avoid | | 404",
        "DELETE /api/v1/nodes/b1/avoid | | 404", "POST /api/v1/settings/rollback | {\"version\":4} | 404",
        "GET /docs/index.html | | 404", "GET /docs/openapi.yaml | | 404",
        "PATCH /api/v1/settings | {\"version\":4} | 409", "DELETE /api/v1/drain | | 409"})
    void saysWhatIsNotThereOrNotAsThought(String request, @Nullable String body, int status)
            throws IOException, InterruptedException {
        assertThat(call(request, body, ADMIN).status()).isEqualTo(status);
    }

    @Test
    void refusesASecondOperationOfTheSameKind() throws IOException, InterruptedException {
        proxy.holding = true;
        call("POST /api/v1/shards/a/failover", null, ADMIN);

        assertThat(call("POST /api/v1/shards/a/failover", null, ADMIN).status()).isEqualTo(409);
    }

    @Test
    void answersARepeatedRequestAsTheFirst() throws IOException, InterruptedException {
        Map<String, String> key = Map.of("Idempotency-Key", "k1", "Content-Type", "application/json");
        Answer first = admin.contract().call("POST", "/api/v1/clients/kill", "{\"ids\":[3]}", ADMIN, key);

        Answer second = admin.contract().call("POST", "/api/v1/clients/kill", "{\"ids\":[3]}", ADMIN, key);
        Answer other = admin.contract().call("POST", "/api/v1/clients/kill", "{\"ids\":[5]}", ADMIN, key);
        Answer tooLong = admin.contract().call("POST", "/api/v1/clients/kill", "{\"ids\":[5]}", ADMIN,
                Map.of("Idempotency-Key", "k".repeat(201), "Content-Type", "application/json"));

        assertThat(first.body()).isEqualTo("{\"killed\":1}").isEqualTo(second.body());
        assertThat(other.status()).isEqualTo(422);
        assertThat(tooLong.status()).isEqualTo(400);
        assertThat(proxy.killed).containsExactly(3L);
    }

    @Test
    void makesThoseWaitWhoGuessTokens() throws IOException, InterruptedException {
        for (int i = 0; i < 10; i++) {
            assertThat(call("GET /api/v1/status", null, "guess-" + i).status()).isEqualTo(401);
        }

        assertThat(call("GET /api/v1/status", null, "guess-10").status()).isEqualTo(429);
        assertThat(call("GET /healthz", null, null).status()).isEqualTo(200);
    }

    @Test
    void saysADefectWithoutTellingWhich() throws IOException, InterruptedException {
        proxy.defective = true;

        Answer answer = call("GET /api/v1/topology", null, ADMIN);

        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.body()).doesNotContain("a defect");
    }
}
