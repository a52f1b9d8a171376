package io.slotgate.deploy.logging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class LogSetupTest {
    @Test
    void isFoundAndLogsKeysToStandardError() {
        Logger ours = LoggerFactory.getLogger("io.slotgate.proxy.Example");
        PrintStream out = System.out;
        PrintStream err = System.err;
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        ByteArrayOutputStream complained = new ByteArrayOutputStream();
        try {
            System.setOut(new PrintStream(said, true, StandardCharsets.UTF_8));
            System.setErr(new PrintStream(complained, true, StandardCharsets.UTF_8));
            ours.atInfo().addKeyValue("node", "127.0.0.1:7000").log("Node is back");
        } finally {
            System.setOut(out);
            System.setErr(err);
        }

        assertThat(said.toString(StandardCharsets.UTF_8)).isEmpty();
        assertThat(complained.toString(StandardCharsets.UTF_8))
                .matches("\\d{4}-\\d\\d-\\d\\dT\\S+ INFO  Example - Node is back node=\"127.0.0.1:7000\"\\R");
    }

    @Test
    void listensToLibrariesFromWarningsOn() {
        assertThat(LoggerFactory.getLogger("io.slotgate.any").isDebugEnabled()).isFalse();
        assertThat(LoggerFactory.getLogger("io.netty.any").isInfoEnabled()).isFalse();
        assertThat(LoggerFactory.getLogger("io.netty.any").isWarnEnabled()).isTrue();
    }
}
