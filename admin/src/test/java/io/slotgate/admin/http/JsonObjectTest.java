package io.slotgate.admin.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class JsonObjectTest {
    @Test
    void hasItsMembersInOrder() {
        JsonObject json = new JsonObject().put("a", "x").put("b", -1).put("c", false);

        assertThat(json).hasToString("{\"a\":\"x\",\"b\":-1,\"c\":false}");
    }

    @Test
    void mayBeEmpty() {
        assertThat(new JsonObject()).hasToString("{}");
    }

    @Test
    void escapesWhatWouldEndOrBreakAText() {
        JsonObject json = new JsonObject().put("\"", "\\ \" \n \u0000 ü \ud800 \ud83d\ude00");

        assertThat(json).hasToString(
                "{\"\\\"\":\"\\\\ \\\" \\u000a \\u0000 ü \\ud800 \\ud83d\\ude00\"}");
    }
}
