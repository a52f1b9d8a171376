package io.slotgate.deploy.logging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.slf4j.event.KeyValuePair;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class JsonLineTest {
    private static JsonNode line(String message, @Nullable Throwable thrown, KeyValuePair... pairs) {
        Logger logger = new LoggerContext().getLogger("io.slotgate.Example");
        LoggingEvent event = new LoggingEvent("x", logger, Level.WARN, message, thrown, null);
        event.setInstant(Instant.parse("2026-11-22T09:00:00.123Z"));
        event.setThreadName("worker-1");
        event.setKeyValuePairs(List.of(pairs));
        byte[] bytes = LogSetup.encoder(new LoggerContext(), "json").encode((ILoggingEvent) event);
        String text = new String(bytes, StandardCharsets.UTF_8);
        assertThat(text).endsWith("}\n").containsOnlyOnce("\n");
        return JsonMapper.builder().build().readTree(text);
    }

    @Test
    void hasEverythingInItsPlace() {
        JsonNode line = line("Node is \"back\"\n\u0001", null, new KeyValuePair("node", "127.0.0.1:7000"),
                new KeyValuePair("millis", 12L), new KeyValuePair("dryRun", true), new KeyValuePair("share", 0.5),
                new KeyValuePair("zone", null), new KeyValuePair("slots", List.of(1, 2)));

        assertThat(line).isEqualTo(JsonMapper.builder().build().readTree("""
                {"at":"2026-11-22T09:00:00.123Z","level":"warn","logger":"io.slotgate.Example","thread":"worker-1",
                "message":"Node is \\"back\\"\\n\\u0001","node":"127.0.0.1:7000","millis":12,"dryRun":true,"share":0.5,
                "zone":null,"slots":"[1, 2]"}"""));
    }

    @Test
    void saysWhatWasThrown() {
        JsonNode line = line("It failed", new IOException("no route"));

        assertThat(line.path("error").asString("")).isEqualTo("java.io.IOException: no route");
        assertThat(line.path("stack").asString("")).contains("at io.slotgate.deploy.logging.JsonLineTest");
    }

    @Test
    void keepsTheFirstOfTwoAndItsOwn() {
        JsonNode line = line("m", null, new KeyValuePair("level", "x"), new KeyValuePair("a", 1),
                new KeyValuePair("a", 2));

        assertThat(line.path("level").asString("")).isEqualTo("warn");
        assertThat(line.path("a").asInt()).isEqualTo(1);
    }

    @Test
    void passesOnWhatIsNotAscii() {
        assertThat(line("größe 🙂 \ud800", null).path("message").asString("")).startsWith("größe 🙂 ");
    }

    @Test
    void textIsWhatIsWrittenWithoutAskingForMore() {
        assertThat(LogSetup.encoder(new LoggerContext(), null)).isNotInstanceOf(JsonLine.class);
        assertThat(LogSetup.encoder(new LoggerContext(), "xml")).isNotInstanceOf(JsonLine.class);
    }
}
