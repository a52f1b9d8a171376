package io.slotgate.deploy.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class TopCommandTest {
    private static final String STATUS = "{\"version\":\"1\",\"member\":\"p1\",\"ready\":true,\"coveredSlots\":16384,\"uptimeSeconds\":5}";
    private static final String TOPOLOGY = """
            {"shards":[{"id":"a","slotCount":16384,"slots":["0-16383"],"nodes":[{"address":"127.0.0.1:7000",\
            "role":"primary","zone":"a","health":"up","avoided":false}]}]}""";

    private static String live(long... requests) {
        StringBuilder events = new StringBuilder("event: topology\ndata: " + TOPOLOGY + "\n\n");
        for (int i = 0; i < requests.length; i++) {
            events.append("event: figures\ndata: {\"atMillis\":").append(1000 * i)
                    .append(",\"figures\":{\"slotgate.requests\":").append(requests[i])
                    .append(",\"slotgate.client.read.bytes\":").append(1536 * i)
                    .append(",\"slotgate.parked\":3,\"slotgate.writes.uncertain\":2}}\n\n");
        }
        return events.toString();
    }

    private static String commands(long atMillis, long calls) {
        // As many fast ones as there have been calls, and, since long ago, a million that took a second.
        return "{\"atMillis\":" + atMillis + ",\"items\":[{\"name\":\"get\",\"calls\":" + calls + ",\"errors\":"
                + calls / 100
                + ",\"proxy\":{\"p50Micros\":1000000,\"p99Micros\":1000000,\"buckets\":[[80," + calls + "],[900,"
                + calls / 50 + "],[1000000,1000000]]},"
                + "\"upstream\":{\"p50Micros\":60,\"p99Micros\":700,\"buckets\":[[60," + calls
                + "],[1000000,1000000]]}},"
                + "{\"name\":\"idle\",\"calls\":5,\"errors\":0}]}";
    }

    @Test
    void showsOnePicture() throws IOException {
        try (RecordedApi api = new RecordedApi().with("GET /live", live(100, 1350)).with("GET /status", STATUS)
                .with("GET /commands", commands(5, 10)).with("GET /commands", commands(1005, 1010))) {
            OperatorTrial trial = new OperatorTrial(api.uri());

            assertThat(trial.run("top", "--once")).isZero();

            assertThat(trial.out()).isEqualToNormalizingNewlines("""
                    slotgate p1, version 1, up 5s, serving: yes

                    requests   1.25k/s         replies    0/s             split      0/s
                    bytes in   1.5 KiB/s       bytes out  0 B/s           other zone 0.0%
                    clients    0               new        0/s             handshakes 0/s
                    channels   0               pending    0               leases     0
                    parked     3               redirects  0/s             refused    0/s
                    uncertain  2 in all        lost links 0 in all        expired    0 in all

                    COMMAND  CALLS/S  ERRORS/S    P50     P99  NODE P50  NODE P99
                    get        1.00k        10  80 us  900 us     60 us     60 us

                    SHARD  NODE            ROLE     ZONE  HEALTH  READS  SLOTS
                    a      127.0.0.1:7000  primary  a     up             16384: 0-16383
                    """);
        }
    }

    /** Of proxies that don't tell about commands, and that were started again meanwhile. */
    @Test
    void goesOnUntilTheStreamEnds() throws IOException {
        try (RecordedApi api = new RecordedApi().with("GET /live", live(1000, 7, 17)).with("GET /status", STATUS)) {
            OperatorTrial trial = new OperatorTrial(api.uri());

            assertThat(trial.run("top", "--rows", "10")).isEqualTo(3);

            assertThat(trial.out()).doesNotContain("\u001b").containsSubsequence("requests   0/s", "requests   10/s",
                    "and 2 lines more (slotgate topology)");
            assertThat(trial.err()).contains("the proxy ended the stream");
        }
    }

    /** As when somebody else has been looking: the figures that are there were counted a second ago, the commands are counted now. */
    @Test
    void dividesCallsByTheTimeThatLiesBetweenThem() throws IOException {
        try (RecordedApi api = new RecordedApi().with("GET /live", live(0, 10, 40)).with("GET /status", STATUS)
                .with("GET /commands", commands(900, 10)).with("GET /commands", commands(1000, 110))
                .with("GET /commands", commands(2000, 1110))) {
            OperatorTrial trial = new OperatorTrial(api.uri());

            assertThat(trial.run("top", "--once")).isZero();

            assertThat(trial.out()).containsPattern("requests +20/s").containsPattern("get +1\\.00k ");
        }
    }

    @Test
    void showsAPictureInEachInterval() throws IOException {
        try (RecordedApi api = new RecordedApi().with("GET /live", live(0, 10, 40, 40, 80)).with("GET /status",
                STATUS)) {
            OperatorTrial trial = new OperatorTrial(api.uri());

            trial.run("top", "--interval", "2");

            assertThat(trial.out()).containsSubsequence("requests   20/s", "requests   20/s");
            assertThat(trial.out().lines().filter(line -> line.startsWith("requests"))).hasSize(2);
        }
    }

    @Test
    void passesOnTheEvents() throws IOException {
        try (RecordedApi api = new RecordedApi().with("GET /live", live(1, 2))) {
            OperatorTrial trial = new OperatorTrial(api.uri());

            assertThat(trial.run("top", "--once", "--json")).isZero();

            assertThat(trial.out().lines()).hasSize(2).first()
                    .isEqualTo("{\"event\":\"topology\",\"data\":" + TOPOLOGY + "}");
        }
    }
}
