package io.slotgate.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.handler.ssl.OpenSslContext;
import io.netty.handler.ssl.ReferenceCountedOpenSslContext;
import io.netty.handler.ssl.SslContext;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import io.netty.util.ReferenceCountUtil;
import io.slotgate.proxy.config.ConfigException;
import io.slotgate.proxy.config.Endpoint;
import io.slotgate.proxy.config.Limits;
import io.slotgate.proxy.config.Listen;
import io.slotgate.proxy.config.Tls;
import io.slotgate.proxy.config.TlsProvider;
import io.slotgate.proxy.config.UpstreamTls;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(120)
class TlsContextsTest {
    private static final String MARK = "first handshake";

    @TempDir
    private static Path directory;
    private static TestPki pki;

    @BeforeAll
    static void makeCertificates() throws Exception {
        pki = new TestPki(directory);
    }

    @ParameterizedTest
    @CsvSource({"OPENSSL,TLSv1.3", "OPENSSL,TLSv1.2", "JDK,TLSv1.3", "JDK,TLSv1.2"})
    void theSecondHandshakeOfAClientIsResumed(TlsProvider provider, String protocol) throws Exception {
        try (TestServer server = start(new TlsContexts(), provider, protocol)) {
            SSLContext client = pki.clientContext(false);

            assertThat(resumed(client, server, protocol)).isFalse();
            assertThat(resumed(client, server, protocol)).isTrue();
            assertThat(resumed(client, server, protocol)).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({"TLSv1.3", "TLSv1.2"})
    void aNewContextResumesTheSessionsOfTheOldOne(String protocol) throws Exception {
        TlsContexts contexts = new TlsContexts();
        SSLContext client = pki.clientContext(false);
        int port;
        try (TestServer before = start(contexts, TlsProvider.OPENSSL, protocol)) {
            port = before.listeners.port(ListenerKind.CLIENT);
            assertThat(resumed(client, before, protocol)).isFalse();
        }

        // On the same port, for the client's sessions go by host and port.
        try (TestServer after = start(contexts, TlsProvider.OPENSSL, protocol, port)) {
            assertThat(resumed(client, after, protocol)).isTrue();
        }
    }

    @Test
    void ticketsOutliveOneRotationOfTheKeysAndNotTwo() throws Exception {
        TlsContexts contexts = new TlsContexts();
        try (TestServer server = start(contexts, TlsProvider.OPENSSL, "TLSv1.2")) {
            SSLContext once = pki.clientContext(false);
            SSLContext twice = pki.clientContext(false);
            resumed(once, server, "TLSv1.2");
            resumed(twice, server, "TLSv1.2");

            contexts.rotateTicketKeys();
            assertThat(resumed(once, server, "TLSv1.2")).isTrue();

            contexts.rotateTicketKeys();
            assertThat(resumed(twice, server, "TLSv1.2")).isFalse();
        }
    }

    @Test
    void onlyTheConfiguredProtocolsAreSpoken() throws Exception {
        try (TestServer server = start(new TlsContexts(), TlsProvider.AUTO, "TLSv1.3")) {
            assertThatThrownBy(() -> resumed(pki.clientContext(false), server, "TLSv1.2"))
                    .isInstanceOf(IOException.class).hasMessageContaining("protocol_version");
        }
    }

    @Test
    void autoTakesBoringSslWhereItLoads() {
        SslContext context = new TlsContexts().forListeners(pki.tls());

        assertThat(context).isInstanceOf(ReferenceCountedOpenSslContext.class).isNotInstanceOf(OpenSslContext.class);
        ReferenceCountUtil.release(context);
    }

    @ParameterizedTest
    @CsvSource({"RSA", "EC"})
    void theOlderKeyFormatsAreRead(String kind) throws Exception {
        X509Bundle bundle = (kind.equals("RSA")
                ? new CertificateBuilder().rsa2048()
                : new CertificateBuilder().ecp256())
                .subject("CN=old").buildIssuedBy(pki.authority);
        Path certificate = Files.writeString(directory.resolve("old.pem"), bundle.getCertificatePEM());
        byte[] pkcs8 = bundle.getKeyPair().getPrivate().getEncoded();
        Path key = Files.writeString(directory.resolve("old.key"),
                "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n" + "-----BEGIN " + kind
                        + " PRIVATE KEY-----\n" + Base64.getMimeEncoder().encodeToString(inner(pkcs8)) + "\n-----END "
                        + kind + " PRIVATE KEY-----\n");

        KeyMaterial material = KeyMaterial.read(certificate, key);

        assertThat(material.key()).isEqualTo(bundle.getKeyPair().getPrivate());
    }

    @Test
    void allFilesThatCantBeUsedAreNamedAtOnce() throws Exception {
        Path missing = directory.resolve("missing.pem");
        Tls tls = pki.tls(TlsProvider.AUTO, List.of("TLSv1.3"), pki.key);

        assertThatThrownBy(() -> new TlsContexts().forListeners(
                new Tls(missing, tls.key(), tls.clientCa(), tls.protocols(), tls.provider(), 4,
                        tls.handshakeTimeout(), 1, tls.sessionTimeout())))
                .isInstanceOf(ConfigException.class)
                .hasMessage("listen.tls: " + missing + ": no such file (expected: a PEM file)\n"
                        + "listen.tls.client-ca: " + pki.key
                        + ": no certificate in it (expected: one or more of BEGIN CERTIFICATE)");
    }

    @Test
    void aKeyOfAnotherCertificateIsRefused() throws Exception {
        Path other = Files.writeString(directory.resolve("other.key"), pki.client.getPrivateKeyPEM());

        assertThatThrownBy(() -> new TlsContexts().forListeners(Tls.of(pki.certificate, other)))
                .isInstanceOf(ConfigException.class).hasMessage("listen.tls: " + other
                        + ": belongs to another certificate (expected: the key of " + pki.certificate + ")");
    }

    @ParameterizedTest
    @CsvSource({"'',no private key in it", "ENCRYPTED PRIVATE KEY,encrypted private key",
        "PRIVATE KEY,'broken private key, or not of the certificate''s kind'"})
    void aFileWithoutAUsableKeyIsRefused(String label, String found) throws Exception {
        Path key = Files.writeString(directory.resolve("bad.key"),
                "-----BEGIN " + label + "-----\nAAAA\n-----END " + label + "-----\n");

        assertThatThrownBy(() -> new TlsContexts().forListeners(Tls.of(pki.certificate, key)))
                .isInstanceOf(ConfigException.class).hasMessageContaining(key + ": " + found);
    }

    @Test
    void upstreamContextsReadTheirFiles() throws Exception {
        SslContext context = TlsContexts.forUpstream(new UpstreamTls(pki.ca, pki.certificate, pki.key, true));

        assertThat(context.isClient()).isTrue();
        ReferenceCountUtil.release(context);
        Path missing = directory.resolve("missing.pem");
        assertThatThrownBy(() -> TlsContexts.forUpstream(new UpstreamTls(missing, null, null, true)))
                .isInstanceOf(ConfigException.class).hasMessageStartingWith("upstream.tls.ca: " + missing);
    }

    private static TestServer start(TlsContexts contexts, TlsProvider provider, String protocol) throws IOException {
        return start(contexts, provider, protocol, 0);
    }

    private static TestServer start(TlsContexts contexts, TlsProvider provider, String protocol, int port)
            throws IOException {
        Tls tls = pki.tls(provider, List.of(protocol), null);
        Listen listen = new Listen(new Endpoint("127.0.0.1", port), null, null, null, tls, 128);
        return new TestServer(listen, Limits.defaults(), 1, contexts.forListeners(tls));
    }

    /** Connects once; a resumed session is the one that was marked when it was new. */
    private static boolean resumed(SSLContext client, TestServer server, String protocol) throws IOException {
        try (SSLSocket socket = (SSLSocket) client.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(),
                server.listeners.port(ListenerKind.CLIENT))) {
            socket.setEnabledProtocols(new String[]{protocol});
            socket.getOutputStream().write('x');
            assertThat(socket.getInputStream().read()).isEqualTo('x');
            SSLSession session = socket.getSession();
            assertThat(session.getProtocol()).isEqualTo(protocol);
            boolean resumed = session.getValue(MARK) != null;
            session.putValue(MARK, true);
            return resumed;
        }
    }

    /** The key itself, without what PKCS #8 wraps around it. */
    private static byte[] inner(byte[] pkcs8) {
        int at = 2 + (pkcs8[1] < 0 ? pkcs8[1] & 0x7f : 0) + 3;
        at += 2 + pkcs8[at + 1];
        int lengthBytes = pkcs8[at + 1] < 0 ? pkcs8[at + 1] & 0x7f : 0;
        return java.util.Arrays.copyOfRange(pkcs8, at + 2 + lengthBytes, pkcs8.length);
    }
}
