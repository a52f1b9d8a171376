package io.slotgate.deploy.operator;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** An API that answers as it is told, and an operator who calls it. */
abstract class OperatorFixture {
    static final String A = "a".repeat(40);
    static final String B = "b".repeat(40);
    static final String TOPOLOGY = """
            {"version":6,"coveredSlots":16384,"shards":[{"id":"A","slotCount":5461,"slots":["0-5460"],"epoch":1,"primary":"N1",\
            "nodes":[{"id":"1N","address":"127.0.0.1:7000","role":"primary","zone":"a","health":"up","avoided":false},\
            {"id":"2N","address":"127.0.0.1:7001","role":"replica","zone":"b","health":"loading","avoided":true}]},\
            {"id":"B","slotCount":10923,"slots":["5461-16000","16002-16383"],"epoch":2,"primary":"N3",\
            "nodes":[{"id":"3N","address":"127.0.0.1:7002","role":"primary","health":"up","avoided":false}]}],\
            "strangers":[],"moves":[{"slot":5,"from":"A","to":"B"}]}"""
            .replace("\"A\"", '"' + A + '"')
            .replace("\"B\"", '"' + B + '"');
    static final String AT = Text.time("2026-11-22T09:00:00Z");

    RecordedApi api;
    OperatorTrial trial;

    @BeforeEach
    void start() throws IOException {
        api = new RecordedApi();
        trial = new OperatorTrial(api.uri());
    }

    @AfterEach
    void stop() {
        api.close();
    }

    List<String> requests() {
        return api.asked.stream().map(RecordedApi.Asked::request).toList();
    }

    static String outcome(boolean dryRun) {
        return "{\"version\":5,\"dryRun\":" + dryRun + ",\"before\":{\"c\":\"2\"},\"after\":{\"c\":\"1\"}}";
    }
}
