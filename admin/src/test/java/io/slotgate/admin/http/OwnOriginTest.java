package io.slotgate.admin.http;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OwnOriginTest {
    private final FakeContext request = new FakeContext().header("Host", "localhost:8080");

    private void assertAllowed() {
        assertThatCode(() -> OwnOrigin.check(request.context)).doesNotThrowAnyException();
    }

    @Test
    void allowsScriptsWhichSayNothing() {
        assertAllowed();
    }

    @ParameterizedTest
    @ValueSource(strings = {"same-origin", "none"})
    void allowsOurOwnPages(String site) {
        request.header("Sec-Fetch-Site", site).header("Origin", "http://LOCALHOST:8080");

        assertAllowed();
    }

    @ParameterizedTest
    @ValueSource(strings = {"cross-site", "same-site", ""})
    void refusesOtherSites(String site) {
        request.header("Sec-Fetch-Site", site);

        assertThatThrownBy(() -> OwnOrigin.check(request.context)).isInstanceOf(Refusal.class)
                .hasMessage("Sec-Fetch-Site: " + site + " (expected: same-origin)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://evil.example", "http://localhost", "http://localhost:8081",
        "http://localhost:8080.evil.example",
        "http://evil@localhost:8080", "null", "", "http://[", "localhost:8080"})
    void refusesOtherOrigins(String origin) {
        request.header("Origin", origin);

        assertThatThrownBy(() -> OwnOrigin.check(request.context)).isInstanceOf(Refusal.class)
                .hasMessage("Origin: " + origin + " (expected: this server's own)");
    }

    @Test
    void refusesOriginsIfTheRequestNamesNoHost() {
        request.headers.remove("Host");
        request.header("Origin", "http://localhost:8080");

        assertThatThrownBy(() -> OwnOrigin.check(request.context)).isInstanceOf(Refusal.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "OPTIONS"})
    void asksNotWhoLooks(String method) {
        request.method = method;
        request.header("Sec-Fetch-Site", "cross-site").header("Origin", "http://evil.example");

        assertAllowed();
    }
}
