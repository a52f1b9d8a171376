package io.slotgate.deploy.operator;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Commands that show the cluster and say where its keys and reads go. */
class ClusterCommandsTest extends OperatorFixture {
    @Test
    void showsTheCluster() {
        api.with("GET /topology", TOPOLOGY);

        assertThat(trial.run("topology")).isZero();

        assertThat(trial.out()).isEqualToNormalizingNewlines("""
                version 6, 16384 of 16384 slots owned
                SHARD     NODE            ROLE     ZONE  HEALTH   READS    SLOTS
                aaaaaaaa  127.0.0.1:7000  primary  a     up                5461: 0-5460
                          127.0.0.1:7001  replica  b     loading  avoided
                bbbbbbbb  127.0.0.1:7002  primary        up                10923: 5461-16000,16…
                moving    slot 5 from aaaaaaaa to bbbbbbbb
                """);
    }

    @Test
    void hasTheClusterAskedAnew() {
        api.with("GET /topology", TOPOLOGY).with("POST /topology/refresh", 202, "{}");

        assertThat(trial.run("topology", "--refresh")).isZero();

        assertThat(requests()).containsExactly("POST /topology/refresh", "GET /topology");
    }

    @Test
    void saysWhereAKeyGoes() {
        api.with("GET /route?key=a%7Bb%7D%26c", """
                {"key":"x","hashed":"b","slot":3300,"shard":"%s","writes":{"address":"127.0.0.1:7000","role":"primary",\
                "zone":"a","health":"up"},"reads":[{"address":"127.0.0.1:7001","role":"replica","health":"up"},\
                {"address":"127.0.0.1:7002","role":"replica","health":"up"}],"reason":"%s"}""".formatted(A,
                "only the tag is hashed ".repeat(5)));

        assertThat(trial.run("route", "a{b}&c")).isZero();

        assertThat(trial.out()).isEqualToNormalizingNewlines("""
                slot      3300
                shard     aaaaaaaa
                writes    127.0.0.1:7000, primary in zone a, up
                reads     127.0.0.1:7001, replica, up
                          127.0.0.1:7002, replica, up
                because   only the tag is hashed only the tag is hashed only the tag is hashed
                          only the tag is hashed only the tag is hashed
                """);
    }

    @Test
    void takesKeysThatAreNoText() {
        api.with("GET /route?encoding=base64&key=%2Fw%3D%3D", "{\"slot\":1}")
                .with("GET /route?key=%2Fw%3D%3D&encoding=base64", "{\"slot\":1}");

        assertThat(trial.run("route", "--base64", "/w==")).isZero();

        assertThat(trial.out()).contains("slot      1", "shard     none");
    }

    @Test
    void keepsReadsAwayAndTakesThatBack() {
        String path = " /nodes/127.0.0.1%3A7001/avoid";
        api.with("GET /topology", TOPOLOGY).with("POST" + path, outcome(false)).with("DELETE" + path, outcome(false));

        assertThat(trial.run("avoid", "2N")).isZero();
        assertThat(trial.out().strip()).isEqualTo("127.0.0.1:7001 is not read from: settings version 5");
        assertThat(trial.run("avoid", "127.0.0.1:7001", "--stop")).isZero();
        assertThat(trial.out().strip()).isEqualTo("127.0.0.1:7001 is read from again: settings version 5");
    }

    @Test
    void showsThePlanAndFailsWhileItIsNotSafe() {
        api.with("GET /rolling-restart",
                """
                        {"safe":false,"checks":[{"name":"all primaries are up","ok":false,"detail":"2 of 3"}],"steps":[{"number":1,\
                        "action":"restart","shard":"%s","node":"h:1","role":"replica","ready":false,"checks":[{"name":"x","ok":false,\
                        "detail":"h:2 is failed"}]}]}"""
                        .formatted(A));

        assertThat(trial.run("plan")).isOne();

        assertThat(trial.out()).contains("NOT   all primaries are up: 2 of 3",
                "1  restart  h:1   replica  aaaaaaaa  no: h:2 is failed");
    }
}
