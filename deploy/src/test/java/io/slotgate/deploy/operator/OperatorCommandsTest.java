package io.slotgate.deploy.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What all commands of operators do alike, and how the proxy and its fleet are shown. */
class OperatorCommandsTest extends OperatorFixture {
    private static final String STATUS = """
            {"version":"1.2.3","member":"p1","zone":"a","ready":true,"draining":false,"connections":12,"topologyVersion":9,\
            "coveredSlots":16384,"unwellSlots":0,"shards":2,"nodes":3,"proxies":2,"settingsVersion":4,"uptimeSeconds":67}""";

    @Test
    void saysHowTheProxyIs() {
        api.with("GET /status", STATUS);

        assertThat(trial.run("status")).isZero();

        assertThat(trial.out()).isEqualToNormalizingNewlines("""
                proxy     p1, version 1.2.3, zone a, up 1m7s
                serving   yes
                clients   12 connections
                cluster   2 shards, 3 nodes, 16384 of 16384 slots owned, version 9
                fleet     2 proxies, settings version 4
                """);
    }

    @Test
    void saysThatAShardIsLostThoughTheProxyServes() {
        api.with("GET /status", STATUS.replace("\"unwellSlots\":0", "\"unwellSlots\":5461"));

        assertThat(trial.run("status")).isZero();

        assertThat(trial.out()).contains("serving   yes, but the owners of 5461 slots are not well");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "\"draining\":false | \"draining\":true | no: draining",
        "\"coveredSlots\":16384 | \"coveredSlots\":16000 | no: 384 slots without an owner",
        "\"connections\":12 | \"connections\":0 | no"})
    void failsIfTheProxyDoesNotServe(String text, String other, String serving) {
        api.with("GET /status", STATUS.replace("\"ready\":true", "\"ready\":false").replace(text, other));

        assertThat(trial.run("status")).isOne();

        assertThat(trial.out()).contains("serving   " + serving + System.lineSeparator());
    }

    @ParameterizedTest
    @CsvSource({"status, /status", "topology, /topology", "route k, /route?key=k", "proxies, /proxies",
        "settings, /settings", "settings get, /settings", "settings history, /settings/history", "audit, /audit",
        "operations, /operations", "operations 7, /operations/7", "hotkeys, /hotkeys", "bigkeys, /bigkeys",
        "commands, /commands", "channels, /channels?limit=100", "slowlog, /slowlog?limit=25",
        "clients, /clients?limit=100",
        "clients list, /clients?limit=100", "events, /events?limit=1000", "plan, /rolling-restart"})
    void printsTheBodyAsItIs(String command, String path) {
        String body = "{\"ready\":true,\"safe\":true,\"new member\" : [1, 2.50]}";
        api.with("GET " + path, body);

        assertThat(trial.run((command + " --json").split(" "))).isZero();

        assertThat(trial.out().stripTrailing()).isEqualTo(body);
    }

    @ParameterizedTest
    @ValueSource(strings = {"status", "topology", "route k", "proxies", "settings", "settings history", "audit",
        "operations", "operations 7", "hotkeys", "bigkeys", "commands", "slowlog", "clients", "events", "plan"})
    void failsWithTheProblem(String command) {
        String reason = "starting: the cluster has not been reached yet";
        try (RecordedApi starting = answering(503, "{\"status\":503,\"detail\":\"" + reason + "\"}")) {
            OperatorTrial impatient = new OperatorTrial(starting.uri());

            assertThat(impatient.run(command.split(" "))).isOne();

            assertThat(impatient.err().stripTrailing()).isEqualTo(reason);
            assertThat(impatient.out()).isEmpty();
        }
    }

    private static RecordedApi answering(int status, String body) {
        try {
            RecordedApi answering = new RecordedApi();
            for (String path : List.of("/status", "/topology", "/route?key=k", "/proxies", "/settings",
                    "/settings/history", "/audit", "/operations", "/operations/7", "/hotkeys", "/bigkeys", "/commands",
                    "/slowlog?limit=25", "/clients?limit=100", "/events?limit=1000", "/rolling-restart")) {
                answering.with("GET " + path, status, body);
            }
            return answering;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"route", "clients kill", "clients kill x", "clients --limit x", "settings set",
        "settings set x",
        "settings unset", "settings rollback", "settings rollback x", "operations --cancel", "failover", "avoid",
        "status extra", "top --interval x", "drain --cancel --timeout 5s", "channels --limit x"})
    void takesWrongArgumentsAsAnErrorOfUsage(String arguments) {
        assertThat(trial.run(arguments.split(" "))).isEqualTo(2);

        assertThat(trial.err()).isNotBlank();
        assertThat(api.asked).isEmpty();
    }

    @Test
    void showsTheFleet() {
        api.with("GET /proxies",
                """
                        {"items":[{"id":"p1","zone":"a","address":"h:1","version":"1","state":"healthy","sessions":3,"cpuPercent":4,\
                        "mapDigest":"0123456789","settingsVersion":12,"self":true}]}""");

        trial.run("proxies");

        assertThat(trial.out()).contains("p1 *   h:1      a     healthy        3   4%  1              12  0123456…");
    }
}
