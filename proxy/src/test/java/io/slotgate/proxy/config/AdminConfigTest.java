package io.slotgate.proxy.config;

import static io.slotgate.proxy.config.ConfigFixture.MINIMAL;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdminConfigTest {
    private static final String DIGEST = "ab".repeat(32);
    private static final String OTHER = "cd".repeat(32);

    private final Path folder;
    private final ConfigFixture fixture;

    AdminConfigTest(@TempDir Path folder) {
        this.folder = folder;
        this.fixture = new ConfigFixture(folder);
    }

    @Test
    void isOpenToThisMachineByDefault() {
        Admin admin = fixture.minimalAnd("").admin();

        assertThat(admin).isEqualTo(new Admin(true, new Endpoint("127.0.0.1", 8080), null, List.of(), 10));
        assertThat(admin.mayBeReached()).isFalse();
        assertThat(fixture.minimalAnd("admin: {tls: none, tokens: []}").admin()).isEqualTo(admin);
    }

    @Test
    void mayBeReachedWithTlsAndTokens() {
        Admin admin = fixture.minimalAnd("""
                admin:
                  endpoint: {host: 0.0.0.0, port: 8443}
                  login-failures: 100
                  tls: {certificate: server.pem, key: server.key, client-ca: ca.pem}
                  tokens:
                    - {name: alice, sha256: %s}
                    - {name: bob, role: operator, sha256: %s}
                """.formatted(DIGEST.toUpperCase(java.util.Locale.ROOT), OTHER)).admin();

        assertThat(admin).isEqualTo(new Admin(true, new Endpoint("0.0.0.0", 8443),
                new AdminTls(folder.resolve("server.pem"), folder.resolve("server.key"), folder.resolve("ca.pem")),
                List.of(new AdminToken("alice", AdminRole.VIEWER, DIGEST),
                        new AdminToken("bob", AdminRole.OPERATOR, OTHER)),
                100));
        assertThat(admin.mayBeReached()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "tls: {key: server.key} | admin.tls.certificate: missing (expected: a PEM file with the certificate and its chain)",
        "tls: {certificate: server.pem} | admin.tls.key: missing (expected: a PEM file with the private key)",
        "tls: {certificate: absent.pem, key: server.key} | admin.tls.certificate: 'absent.pem' (expected: a file that can be read)",
        "tls: {certificate: server.pem, key: server.key, client-ca: no.pem} | admin.tls.client-ca: 'no.pem' (expected: a file that can be read)",
        "tls: {certificate: server.pem, key: server.key, ca: ca.pem} | admin.tls.ca: unknown (expected: certificate, key, client-ca)",
        "tokens: {name: a} | admin.tokens: a mapping (expected: a list)",
        "tokens: [{sha256: DIGEST}] | admin.tokens[0].name: missing (expected: who holds the token)",
        "tokens: [{name: a}] | admin.tokens[0].sha256: missing (expected: the SHA-256 of the token, 64 hex digits)",
        "tokens: [{name: 'a b', sha256: DIGEST}] | admin.tokens[0].name: 'a b' (expected: one word)",
        "tokens: [{name: a, role: root, sha256: DIGEST}] | admin.tokens[0].role: 'root' (expected: one of viewer, operator, admin)",
        "tokens: [{name: a, rol: admin, sha256: DIGEST}] | admin.tokens[0].rol: unknown (did you mean role?)",
        "tokens: [{name: a, sha256: DIGEST}, {name: a, sha256: OTHER}] | admin.tokens[1].name: 'a' (expected: a name no other token has)",
        "tokens: [{name: a, sha256: DIGEST}, {name: b, role: admin, sha256: DIGEST}] | admin.tokens[1].sha256: that of another token (expected: a token of its own)",
        "login-failures: 0 | admin.login-failures: 0 (expected: 1..100000)",
        "login-failures: 100001 | admin.login-failures: 100001 (expected: 1..100000)",
        "endpoint: {host: 10.0.0.1}, tokens: [{name: a, sha256: DIGEST}] | admin.endpoint.host: 10.0.0.1 (expected: a loopback address such as 127.0.0.1, or admin.tls and admin.tokens)",
        "endpoint: {host: 10.0.0.1}, tls: {certificate: server.pem, key: server.key} | admin.endpoint.host: 10.0.0.1 (expected: a loopback address such as 127.0.0.1, or admin.tls and admin.tokens)"})
    void namesWhatIsWrong(String admin, String problem) {
        assertThat(fixture
                .problemsOf(MINIMAL + "admin: {" + admin.replace("DIGEST", DIGEST).replace("OTHER", OTHER) + "}"))
                .containsExactly(problem);
    }

    /** Somebody will write the token itself where its digest belongs. */
    @Test
    void neverShowsWhatMayBeAToken() {
        assertThat(fixture.problemsOf(MINIMAL + "admin: {tokens: [{name: a, sha256: my-secret-token}]}"))
                .containsExactly(
                        "admin.tokens[0].sha256: 15 characters (expected: 64 hex digits, the SHA-256 of the token)");
        assertThat(new AdminToken("a", AdminRole.ADMIN, DIGEST).toString()).doesNotContain(DIGEST);
        assertThat(fixture.minimalAnd("admin: {tokens: [{name: a, sha256: " + DIGEST + "}]}").toString())
                .doesNotContain(DIGEST);
    }
}
