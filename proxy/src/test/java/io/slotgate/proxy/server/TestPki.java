package io.slotgate.proxy.server;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import io.slotgate.proxy.config.Tls;
import io.slotgate.proxy.config.TlsProvider;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/** An authority, a server and a client certificate it signed, as objects and as PEM files. */
final class TestPki {
    final X509Bundle authority;
    final X509Bundle server;
    final X509Bundle client;
    final Path certificate;
    final Path key;
    final Path ca;

    TestPki(Path directory) throws Exception {
        authority = new CertificateBuilder().ecp256().subject("CN=test authority").setIsCertificateAuthority(true)
                .buildSelfSigned();
        server = new CertificateBuilder().ecp256().subject("CN=localhost").addSanDnsName("localhost")
                .addSanDnsName("cache.example.org").addSanIpAddress("127.0.0.1").buildIssuedBy(authority);
        client = new CertificateBuilder().ecp256().subject("CN=client").buildIssuedBy(authority);
        certificate = Files.writeString(directory.resolve("server.pem"), server.getCertificatePathPEM());
        key = Files.writeString(directory.resolve("server.key"), server.getPrivateKeyPEM());
        ca = Files.writeString(directory.resolve("ca.pem"), authority.getCertificatePEM());
    }

    // No handshake is cut because the machine is busy: tests that cut some say when.
    Tls tls(TlsProvider provider, List<String> protocols, @Nullable Path clientCa) {
        return new Tls(certificate, key, clientCa, protocols, provider, 4, Duration.ofMinutes(1), 1024,
                Duration.ofHours(1));
    }

    Tls tls() {
        Tls usual = Tls.of(certificate, key);
        return tls(usual.provider(), usual.protocols(), null);
    }

    /** Trusts the authority; shows the client certificate if told so. */
    SSLContext clientContext(boolean certified) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        KeyManager[] keys = certified ? client.toKeyManagerFactory().getKeyManagers() : null;
        context.init(keys, new TrustManager[]{authority.toTrustManager()}, new SecureRandom());
        return context;
    }
}
