package io.slotgate.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.handler.ssl.SslContext;
import io.slotgate.proxy.config.Endpoint;
import io.slotgate.proxy.config.Limits;
import io.slotgate.proxy.config.Listen;
import io.slotgate.proxy.config.Tls;
import io.slotgate.proxy.config.TlsProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Listeners whose certificates change under them. */
class CertificateRenewalTest {
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    @TempDir
    Path folder;

    @TempDir
    Path otherFolder;

    private SSLSocket connect(TestPki pki, TestServer server, boolean certified) throws Exception {
        SSLSocket socket = (SSLSocket) pki.clientContext(certified).getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), server.listeners.port(ListenerKind.CLIENT));
        socket.setSoTimeout((int) PATIENCE.toMillis());
        socket.startHandshake();
        return socket;
    }

    private static X509Certificate shown(SSLSocket socket) throws SSLException {
        return (X509Certificate) socket.getSession().getPeerCertificates()[0];
    }

    private static int echo(SSLSocket socket) throws IOException {
        socket.getOutputStream().write('x');
        return socket.getInputStream().read();
    }

    private static Listen listen(Tls tls) {
        return new Listen(new Endpoint("127.0.0.1", 0), null, null, null, tls, 64);
    }

    @ParameterizedTest
    @EnumSource(value = TlsProvider.class, names = {"OPENSSL", "JDK"})
    void newHandshakesUseTheNewOneAndOldConnectionsGoOn(TlsProvider provider) throws Exception {
        TestPki first = new TestPki(folder);
        Tls tls = first.tls(provider, List.of("TLSv1.3"), null);
        TlsContexts contexts = new TlsContexts();
        SslContext context = contexts.forListeners(tls);
        try (TestServer server = new TestServer(listen(tls), Limits.defaults(), 2, null, context);
                CertificateRenewal renewal = new CertificateRenewal(contexts, tls, server.listeners, context);
                SSLSocket before = connect(first, server, false)) {
            assertThat(shown(before)).isEqualTo(first.server.getCertificate());

            // One after the other, as programs do that renew them.
            TestPki second = new TestPki(otherFolder);
            Files.copy(second.certificate, first.certificate, StandardCopyOption.REPLACE_EXISTING);
            Files.copy(second.key, first.key, StandardCopyOption.REPLACE_EXISTING);

            await().atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> {
                try (SSLSocket after = connect(second, server, false)) {
                    assertThat(shown(after)).isEqualTo(second.server.getCertificate());
                    assertThat(echo(after)).isEqualTo('x');
                }
            });
            assertThat(echo(before)).isEqualTo('x');
            assertThat(renewal).isNotNull();
        }
    }

    @Test
    void theOldOneStaysWhereTheNewOneIsBroken() throws Exception {
        TestPki pki = new TestPki(folder);
        Tls tls = pki.tls();
        TlsContexts contexts = new TlsContexts();
        SslContext context = contexts.forListeners(tls);
        try (TestServer server = new TestServer(listen(tls), Limits.defaults(), 1, null, context);
                CertificateRenewal renewal = new CertificateRenewal(contexts, tls, server.listeners, context)) {
            // The key of another certificate.
            TestPki other = new TestPki(otherFolder);
            Files.copy(other.key, pki.key, StandardCopyOption.REPLACE_EXISTING);
            await().atMost(PATIENCE).until(() -> renewal.refused() == 1);
            try (SSLSocket socket = connect(pki, server, false)) {
                assertThat(shown(socket)).isEqualTo(pki.server.getCertificate());
            }

            Files.copy(other.certificate, pki.certificate, StandardCopyOption.REPLACE_EXISTING);

            await().atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> {
                try (SSLSocket socket = connect(other, server, false)) {
                    assertThat(shown(socket)).isEqualTo(other.server.getCertificate());
                }
            });
        }
    }

    @Test
    void otherAuthoritiesLetOthersIn() throws Exception {
        TestPki pki = new TestPki(folder);
        TestPki other = new TestPki(otherFolder);
        Tls tls = pki.tls(TlsProvider.AUTO, List.of("TLSv1.3"), pki.ca);
        TlsContexts contexts = new TlsContexts();
        SslContext context = contexts.forListeners(tls);
        try (TestServer server = new TestServer(listen(tls), Limits.defaults(), 1, null, context);
                CertificateRenewal renewal = new CertificateRenewal(contexts, tls, server.listeners, context)) {
            try (SSLSocket socket = connect(pki, server, true)) {
                assertThat(echo(socket)).isEqualTo('x');
            }

            Files.copy(other.ca, pki.ca, StandardCopyOption.REPLACE_EXISTING);

            // With TLS 1.3 a client hears of it when it reads.
            await().atMost(PATIENCE).until(() -> {
                try (SSLSocket socket = connect(pki, server, true)) {
                    return echo(socket) != 'x';
                } catch (IOException refused) {
                    return true;
                }
            });
            assertThat(renewal.refused()).isZero();
        }
    }
}
