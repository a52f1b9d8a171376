package io.slotgate.deploy.dev;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import javax.net.SocketFactory;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DevCertificatesTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "127.0.0.1", "::1"})
    void serveForTheNamesOfThisMachine(String name) throws Exception {
        DevCertificates certificates = DevCertificates.in(folder.resolve("new"));

        assertThat(handshake(certificates, certificates.clientSockets(), name)).isEqualTo("TLSv1.3");
    }

    @Test
    void serveNoOtherNameAndNoOtherAuthority() throws Exception {
        DevCertificates certificates = DevCertificates.in(folder);
        DevCertificates others = DevCertificates.in(folder.resolve("others"));

        assertThatThrownBy(() -> handshake(certificates, certificates.clientSockets(), "example.com"))
                .isInstanceOf(SSLHandshakeException.class);
        assertThatThrownBy(() -> handshake(certificates, others.clientSockets(), "localhost"))
                .isInstanceOf(SSLHandshakeException.class);
    }

    @Test
    void areUsedAgainWhileTheyAreGood() throws IOException {
        DevCertificates first = DevCertificates.in(folder);
        String before = Files.readString(first.certificate());

        DevCertificates second = DevCertificates.in(folder);

        assertThat(second).isEqualTo(first);
        assertThat(Files.readString(second.certificate())).isEqualTo(before);
    }

    @Test
    void areMadeAnewWhenTheyRunOutOrDoNotBelongTogether() throws IOException {
        DevCertificates certificates = DevCertificates.in(folder);
        certificates.create(Instant.now().minus(Duration.ofDays(360)));
        assertThat(new CertificateCheck(certificates).isUsable(Instant.now())).isFalse();

        DevCertificates.in(folder);
        assertThat(new CertificateCheck(certificates).isUsable(Instant.now())).isTrue();

        for (Path damaged : new Path[]{certificates.ca(), certificates.certificate(), certificates.key()}) {
            Files.copy(DevCertificates.in(folder.resolve("others")).ca().resolveSibling(damaged.getFileName()), damaged,
                    java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            assertThat(new CertificateCheck(certificates).isUsable(Instant.now())).as("%s of another", damaged)
                    .isFalse();
            DevCertificates.in(folder);
            Files.writeString(damaged, "damaged");
            assertThat(new CertificateCheck(certificates).isUsable(Instant.now())).as("%s damaged", damaged).isFalse();
            DevCertificates.in(folder);
        }
        assertThat(new CertificateCheck(certificates).isUsable(Instant.now())).isTrue();
    }

    @Test
    void keepTheKeyToTheOwner() throws IOException {
        DevCertificates certificates = DevCertificates.in(folder);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(certificates.key())))
                .isEqualTo("rw-------");
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactlyInAnyOrder(certificates.ca(), certificates.certificate(),
                    certificates.key());
        }
    }

    /** Connects with {@code clients}, checking the server's certificate for {@code name}; returns the protocol. */
    private static String handshake(DevCertificates certificates, SocketFactory clients, String name)
            throws Exception {
        InetAddress loopback = Loopback.at(0).getAddress();
        try (SSLServerSocket server = (SSLServerSocket) serving(certificates).getServerSocketFactory()
                .createServerSocket(0, 1, loopback)) {
            CompletableFuture<Void> served = CompletableFuture.runAsync(() -> {
                try (SSLSocket accepted = (SSLSocket) server.accept()) {
                    accepted.getOutputStream().write("x".getBytes(US_ASCII));
                } catch (IOException e) {
                    // The client says what went wrong.
                }
            });
            try (SSLSocket client = (SSLSocket) ((javax.net.ssl.SSLSocketFactory) clients).createSocket(
                    new java.net.Socket(loopback, server.getLocalPort()), name, server.getLocalPort(), true)) {
                SSLParameters parameters = client.getSSLParameters();
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
                client.setSSLParameters(parameters);
                client.startHandshake();
                assertThat(client.getInputStream().read()).isEqualTo('x');
                return client.getSession().getProtocol();
            } finally {
                served.join();
            }
        }
    }

    private static SSLContext serving(DevCertificates files) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        store.setKeyEntry("server", Pem.key(files.key()), new char[0],
                Pem.certificates(files.certificate()).toArray(Certificate[]::new));
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, new char[0]);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }
}
