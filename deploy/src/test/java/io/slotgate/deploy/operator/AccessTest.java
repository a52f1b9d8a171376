package io.slotgate.deploy.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotgate.deploy.dev.DevCertificates;
import io.slotgate.topology.tls.PemContext;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How the commands get to a proxy, or don't. */
class AccessTest {
    @TempDir
    Path folder;

    @Test
    void saysThatNobodyIsThere() {
        OperatorTrial trial = new OperatorTrial(URI.create("http://localhost:1"));

        assertThat(trial.run("status")).isEqualTo(3);

        assertThat(trial.err()).startsWith("http://localhost:1: nobody listens there");
    }

    @Test
    void saysThatTheHostIsUnknown() {
        OperatorTrial trial = new OperatorTrial(URI.create("http://nobody.invalid:1"));

        assertThat(trial.run("status")).isEqualTo(3);

        assertThat(trial.err()).startsWith("http://nobody.invalid:1: unknown host");
    }

    @Test
    void saysThatThereIsSomethingElse() throws IOException {
        try (RecordedApi api = new RecordedApi().with("GET /status", "<html>")) {
            OperatorTrial trial = new OperatorTrial(api.uri());

            assertThat(trial.run("status")).isEqualTo(3);

            assertThat(trial.err()).contains("HTTP status 200 without JSON (expected: the admin API)");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://localhost", "localhost:8080", "http:///x", "http://u:p@localhost:1",
        "http://localhost:1?x"})
    void refusesWhatIsNoAddress(String uri) {
        OperatorTrial trial = new OperatorTrial(URI.create(uri));

        assertThat(trial.run("status")).isEqualTo(2);

        assertThat(trial.err()).contains("(expected: http://HOST:PORT or https://HOST:PORT)");
    }

    @Test
    void sendsTheToken() throws IOException {
        Path token = Files.writeString(folder.resolve("token"), "s3cret\n");
        try (RecordedApi api = new RecordedApi().with("GET /proxies", "{\"items\":[]}")) {
            OperatorTrial trial = new OperatorTrial(api.uri());

            assertThat(trial.run("proxies", "--token-file", token.toString())).isZero();

            assertThat(api.asked).singleElement().extracting(RecordedApi.Asked::authorization)
                    .isEqualTo("Bearer s3cret");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "two words", "gr\u00f6\u00dfe"})
    void refusesWhatIsNoToken(String text) throws IOException {
        Path token = Files.writeString(folder.resolve("token"), text);
        OperatorTrial trial = new OperatorTrial(URI.create("http://localhost:1"));

        assertThat(trial.run("status", "--token-file", token.toString())).isOne();

        assertThat(trial.err()).startsWith(token + ": no token");
        assertThat(trial.err()).doesNotContain("words", "größe");
    }

    @Test
    void sendsNoTokenInClearToAnotherMachine() throws IOException {
        Path token = Files.writeString(folder.resolve("token"), "s3cret");
        OperatorTrial trial = new OperatorTrial(URI.create("http://192.0.2.1:8080"));

        assertThat(trial.run("status", "--token-file", token.toString())).isEqualTo(2);

        assertThat(trial.err()).contains("(expected: https, for a token goes with each request)")
                .doesNotContain("s3cret");
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403})
    void saysThatItIsNotAllowed(int status) throws IOException {
        String body = "{\"status\":" + status + ",\"detail\":\"role of ann: viewer (expected: operator)\"}";
        try (RecordedApi api = new RecordedApi().with("POST /drain", status, body)) {
            OperatorTrial trial = new OperatorTrial(api.uri());

            assertThat(trial.run("drain")).isEqualTo(4);

            assertThat(trial.err().strip()).isEqualTo("role of ann: viewer (expected: operator)");
        }
    }

    @Test
    void trustsAnAuthorityThatIsNamed() throws IOException {
        DevCertificates certificates = DevCertificates.in(folder);
        try (RecordedApi api = new RecordedApi(
                PemContext.of(certificates.certificate(), certificates.key(), null))
                .with("GET /proxies", "{\"items\":[]}")) {
            OperatorTrial trial = new OperatorTrial(api.uri());

            assertThat(trial.run("proxies", "--ca", certificates.ca().toString())).isZero();
            assertThat(trial.run("proxies", "--ca", certificates.ca().toString(), "--cert",
                    certificates.certificate().toString(), "--key", certificates.key().toString())).isZero();
            assertThat(trial.run("proxies")).isEqualTo(3);
            assertThat(trial.err()).contains("is trusted with --ca");
            assertThat(trial.run("proxies", "--cert", certificates.certificate().toString())).isEqualTo(2);
        }
    }

    @Test
    void saysWhichFileIsMissing() {
        OperatorTrial trial = new OperatorTrial(URI.create("https://localhost:1"));

        assertThat(trial.run("status", "--ca", folder.resolve("absent").toString())).isOne();
        assertThat(trial.err()).contains("absent");
        assertThat(trial.run("status", "--token-file", folder.resolve("absent").toString())).isOne();
        assertThat(trial.err()).contains("absent: no such file");
    }
}
