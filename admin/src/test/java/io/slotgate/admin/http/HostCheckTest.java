package io.slotgate.admin.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostCheckTest {
    private final HostCheck check = new HostCheck("gate.internal");

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "LocalHost:8080", "127.0.0.1", "127.0.0.1:8080", "127.1.2.3:1", "[::1]",
        "[::1]:8080", "gate.internal", "Gate.Internal:8080"})
    void allowsNamesOfThisMachine(String host) {
        assertThat(check.allows(host)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "evil.example", "evil.example:8080", "localhost.evil.example", "127.0.0.1.evil.example",
        "10.0.0.1", "[::2]", "[::1", "::1", "[", ":", "0.0.0.0"})
    void refusesOthers(String host) {
        assertThat(check.allows(host)).isFalse();
    }

    @Test
    void allowsProbesOfHttp10ThatNameNoHost() {
        assertThat(check.allows(null)).isTrue();
    }
}
