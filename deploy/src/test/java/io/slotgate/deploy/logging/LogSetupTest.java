package io.slotgate.deploy.logging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class LogSetupTest {
    @Test
    void isFoundAndLogsKeysToStandardError() {
        String complained = complaint(logger -> logger.atInfo().addKeyValue("node", "127.0.0.1:7000")
                .log("Node is back"));

        assertThat(complained)
                .matches("\\d{4}-\\d\\d-\\d\\dT\\S+ INFO  Example - Node is back node=\"127.0.0.1:7000\"\\R");
    }

    /** Names that clients and operators choose must not look like messages of ours, or move a terminal's cursor. */
    @Test
    void keepsAMessageInOneLine() {
        String complained = complaint(logger -> logger.atWarn()
                .addKeyValue("target",
                        "x\n2026-01-01T00:00:00.000Z INFO  audit - settings change\r\u001b[2J\u009b2J ü\ud83d\ude00")
                .log("client\nkill"));

        assertThat(complained).hasLineCount(1).contains("client?kill target=\"x?2026-01-01T00:00:00.000Z INFO",
                "change??[2J?2J ü\ud83d\ude00\"");
    }

    @Test
    void stillTellsWhereAFailureCameFrom() {
        assertThat(complaint(logger -> logger.atError().setCause(new IllegalStateException("why")).log("Failed")))
                .contains("java.lang.IllegalStateException: why\n\tat ");
    }

    private static String complaint(Consumer<Logger> what) {
        Logger ours = LoggerFactory.getLogger("io.slotgate.proxy.Example");
        PrintStream out = System.out;
        PrintStream err = System.err;
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        ByteArrayOutputStream complained = new ByteArrayOutputStream();
        try {
            System.setOut(new PrintStream(said, true, StandardCharsets.UTF_8));
            System.setErr(new PrintStream(complained, true, StandardCharsets.UTF_8));
            what.accept(ours);
        } finally {
            System.setOut(out);
            System.setErr(err);
        }

        assertThat(said.toString(StandardCharsets.UTF_8)).isEmpty();
        return complained.toString(StandardCharsets.UTF_8);
    }

    @Test
    void listensToLibrariesFromWarningsOn() {
        assertThat(LoggerFactory.getLogger("io.slotgate.any").isDebugEnabled()).isFalse();
        assertThat(LoggerFactory.getLogger("io.netty.any").isInfoEnabled()).isFalse();
        assertThat(LoggerFactory.getLogger("io.netty.any").isWarnEnabled()).isTrue();
    }
}
