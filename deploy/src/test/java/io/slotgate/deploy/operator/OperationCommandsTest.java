package io.slotgate.deploy.operator;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands that begin operations, follow and cancel them. */
class OperationCommandsTest extends OperatorFixture {
    private static final String RUNNING = """
            {"id":"7","kind":"failover","target":"shard a","by":"ann","state":"running","begun":"2026-11-22T09:00:00Z",\
            "cancellable":true,"steps":[{"at":"2026-11-22T09:00:00Z","text":"asking"}]}""";
    private static final String DONE = """
            {"id":"7","kind":"failover","target":"shard a","by":"ann","state":"done","begun":"2026-11-22T09:00:00Z",\
            "ended":"2026-11-22T09:00:01Z","cancellable":false,"steps":[{"at":"2026-11-22T09:00:00Z","text":"asking"},\
            {"at":"2026-11-22T09:00:01Z","text":"accepted"}],"outcome":"127.0.0.1:7001 is primary"}""";

    @Test
    void followsAnOperationToItsEnd() {
        api.with("GET /topology", TOPOLOGY).with("POST /shards/" + A + "/failover", 202, RUNNING)
                .with("GET /operations/7", RUNNING).with("GET /operations/7", DONE);

        assertThat(trial.run("failover", "aaaa", "--to", "127.0.0.1:7001", "--mode", "force")).isZero();

        assertThat(trial.out()).isEqualToNormalizingNewlines(AT + "  asking\n" + AT.replace(":00:00", ":00:01")
                + "  accepted\ndone: 127.0.0.1:7001 is primary\n");
        assertThat(api.asked.get(2).body()).isEqualTo("{\"mode\":\"force\",\"to\":\"127.0.0.1:7001\"}");
    }

    @Test
    void failsWithAnOperation() {
        api.with("POST /drain", 202, RUNNING).with("GET /operations/7",
                DONE.replace("\"state\":\"done\"", "\"state\":\"failed\""));

        assertThat(trial.run("drain", "--timeout", "5s", "--json")).isOne();

        assertThat(trial.out()).contains("\"state\":\"failed\"").hasLineCount(1);
        assertThat(trial.err().strip()).isEqualTo("failed: 127.0.0.1:7001 is primary");
        assertThat(api.asked.getFirst().body()).isEqualTo("{\"timeout\":\"5s\"}");
    }

    @Test
    void leavesAnOperationRunning() {
        api.with("POST /drain", 202, RUNNING);

        assertThat(trial.run("drain", "--no-wait")).isZero();

        assertThat(trial.out()).startsWith("operation 7: failover of shard a, running");
        assertThat(requests()).containsExactly("POST /drain");
    }

    @Test
    void listsShowsFollowsAndCancelsOperations() {
        api.with("GET /operations", "{\"items\":[" + RUNNING + "]}").with("GET /operations/7", DONE)
                .with("DELETE /operations/7", 202, RUNNING);

        assertThat(trial.run("operations")).isZero();
        assertThat(trial.out()).contains("7   failover  shard a  running  ann  " + AT);
        assertThat(trial.run("operations", "7")).isZero();
        assertThat(trial.out()).contains("  outcome: 127.0.0.1:7001 is primary");
        assertThat(trial.run("operations", "7", "--follow")).isZero();
        assertThat(trial.out()).contains("done: 127.0.0.1:7001 is primary");
        assertThat(trial.run("operations", "7", "--cancel")).isZero();
        assertThat(requests()).endsWith("DELETE /operations/7");
    }

    @Test
    void takesClientsInAgain() {
        api.with("DELETE /drain", 202, RUNNING).with("GET /operations/7", DONE);

        assertThat(trial.run("drain", "--cancel")).isZero();

        assertThat(trial.out()).contains("done: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"zz", "", "N"})
    void saysWhichShardsThereAre(String name) {
        api.with("GET /topology", TOPOLOGY);

        assertThat(trial.run("failover", name)).isOne();

        assertThat(trial.err()).startsWith("shard: " + name + " is ")
                .contains("(expected: one of aaaaaaaa, bbbbbbbb)");
        assertThat(requests()).containsExactly("GET /topology");
    }

    @Test
    void findsAShardByAnyOfItsNodes() {
        api.with("GET /topology", TOPOLOGY).with("POST /shards/" + A + "/failover", 202, DONE);

        assertThat(trial.run("failover", "127.0.0.1:7001")).isZero();
    }
}
