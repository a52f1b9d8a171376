package io.slotgate.deploy.operator;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Commands that show what clients do, and what happens. */
class TrafficCommandsTest extends OperatorFixture {
    @Test
    void listsClients() {
        api.with("GET /clients?addr=10.0.0.1&limit=2", clients()).with("GET /clients?limit=2&addr=10.0.0.1", clients());

        assertThat(trial.run("clients", "--limit", "2", "--addr", "10.0.0.1")).isZero();

        assertThat(trial.out()).isEqualToNormalizingNewlines("""
                ID  ADDRESS        NAME  USER     AGE  IDLE  COMMAND  COMMANDS  LIBRARY
                 3  10.0.0.1:5001  app   default   3s    0s  get         1.50k  jedis
                and more: --after 3
                """);
    }

    private static String clients() {
        return """
                {"items":[{"id":3,"addr":"10.0.0.1:5001","name":"app","age":3,"idle":0,"cmd":"get","user":"default",\
                "tot-cmds":1500,"lib-name":"jedis"}],"next":3}""";
    }

    @Test
    void closesConnections() {
        api.with("POST /clients/kill", "{\"killed\":2}");

        assertThat(trial.run("clients", "kill", "3", "5")).isZero();
        assertThat(trial.out().strip()).isEqualTo("2 connections closed");
        assertThat(trial.run("clients", "kill", "--user", "bob", "--min-age", "60")).isZero();

        assertThat(api.asked).extracting(RecordedApi.Asked::body).containsExactly("{\"ids\":[3,5]}",
                "{\"minAge\":60,\"user\":\"bob\"}");
        assertThat(api.asked).allSatisfy(asked -> {
            assertThat(asked.type()).isEqualTo("application/json");
            assertThat(asked.idempotencyKey()).isNotBlank();
        });
    }

    @Test
    void failsIfOneOfThoseNamedIsNotThere() {
        api.with("POST /clients/kill", "{\"killed\":1}");

        assertThat(trial.run("clients", "kill", "3", "5")).isOne();
    }

    @Test
    void showsTheLatestOfAllPartsOfThePast() {
        api.with("GET /events?limit=1000", """
                {"items":[{"id":1,"at":"2026-11-22T09:00:00Z","kind":"start","text":"one"},\
                {"id":2,"at":"2026-11-22T09:00:00Z","kind":"failover","text":"two"}],"next":2}""")
                .with("GET /events?after=2&limit=1000", third()).with("GET /events?limit=1000&after=2", third());

        assertThat(trial.run("events", "--limit", "2")).isZero();

        assertThat(trial.out()).isEqualToNormalizingNewlines(
                AT + "  failover: two\n" + AT + "  lost: th\\x1bree\n");
    }

    private static String third() {
        return "{\"items\":[{\"id\":3,\"at\":\"2026-11-22T09:00:00Z\",\"kind\":\"lost\",\"text\":\"th\\u001bree\"}]}";
    }

    @Test
    void followsWhatHappens() {
        api.with("GET /events?limit=1000", third()).with("GET /live", """
                event: figures
                data: {}

                event: event
                data: {"id":3,"at":"2026-11-22T09:00:00Z","kind":"lost","text":"seen before"}

                : a comment
                event: event
                data: {"id":4,"at":"2026-11-22T09:00:00Z",
                data: "kind":"found","text":"again"}

                """);

        // Until the stream ends.
        assertThat(trial.run("events", "-f")).isEqualTo(3);

        assertThat(trial.out()).isEqualToNormalizingNewlines(AT + "  lost: th\\x1bree\n" + AT + "  found: again\n");
        assertThat(trial.err()).contains("the proxy ended the stream");
    }

    @Test
    void showsWhatWasSlow() {
        api.with("GET /slowlog?limit=25",
                """
                        {"items":[{"id":1,"at":"2026-11-22T09:00:00Z","micros":15300,"command":["keys","*\\u001b"],"client":"10.0.0.1:5","name":""}]}""")
                .with("DELETE /slowlog", 204, "");

        assertThat(trial.run("slowlog")).isZero();
        assertThat(trial.out()).contains(AT + "  15.30 ms  10.0.0.1:5  keys *\\x1b");
        assertThat(trial.run("slowlog", "--reset")).isZero();
    }

    @Test
    void showsChannelsAPartAtATime() {
        api.with("GET /channels?after=100&limit=2",
                """
                        {"next":102,"items":[{"worker":0,"node":"h:1","lane":"shared","protocol":2,"state":"ready","waiting":4}]}""");

        assertThat(trial.run("channels", "--after", "100", "--limit", "2")).isZero();

        assertThat(trial.out()).contains("h:1   shared       0     2  ready        4", "and more: --after 102");
    }

    @Test
    void showsHotAndBigKeysAndCommands() {
        api.with("GET /hotkeys",
                "{\"items\":[{\"key\":\"k\",\"slot\":5,\"perSecond\":12.34,\"lowest\":11.8,\"highest\":12.9}]}")
                .with("GET /bigkeys",
                        "{\"items\":[{\"key\":\"k\",\"slot\":5,\"bytes\":1048576,\"command\":\"get\",\"at\":\"2026-11-22T09:00:00Z\"}]}")
                .with("GET /commands",
                        """
                                {"items":[{"name":"get","calls":1234,"errors":0,"proxy":{"meanMicros":80.5,"p50Micros":70,"p99Micros":1500},\
                                "upstream":{"p50Micros":50}}]}""");

        trial.run("hotkeys");
        assertThat(trial.out()).contains("12.3      11.8     12.9     5  k");
        trial.run("bigkeys");
        assertThat(trial.out()).contains("1.0 MiB     5  get      " + AT + "  k");
        trial.run("commands");
        assertThat(trial.out()).contains("get      1.23k       0  70 us  1.50 ms            50 us");
    }

    @Test
    void saysOfWhichProxiesKeysAre() {
        String part = "{\"scope\":\"fleet\",\"proxies\":[\"p1\"],\"missing\":[\"p2\",\"p\\u001b3\"],\"items\":[]}";
        api.with("GET /hotkeys", part).with("GET /bigkeys?scope=fleet", part)
                .with("GET /hotkeys?scope=proxy", "{\"proxies\":[\"p1\"],\"missing\":[],\"items\":[]}");

        assertThat(trial.run("hotkeys")).isZero();
        assertThat(trial.out()).contains("no hot keys");
        assertThat(trial.err().stripTrailing()).isEqualTo("not of all proxies: p2, p\\x1b3 did not tell");
        assertThat(trial.run("bigkeys", "--scope", "fleet")).isZero();
        assertThat(trial.err()).contains("not of all proxies");
        assertThat(trial.run("hotkeys", "--scope=proxy")).isZero();
    }
}
