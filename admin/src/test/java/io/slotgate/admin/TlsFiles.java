package io.slotgate.admin;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.CertificateBuilder.KeyUsage;
import io.netty.pkitesting.X509Bundle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Authorities and certificates they signed, as files for a server and as contexts for clients. */
final class TlsFiles {
    private static final char[] NO_PASSWORD = new char[0];
    private final CertificateBuilder common = new CertificateBuilder().ecp256()
            .notBefore(Instant.now().minus(Duration.ofHours(1))).notAfter(Instant.now().plus(Duration.ofDays(1)));
    private final X509Bundle authority = authority("CN=ours");
    private final X509Bundle strangers = authority("CN=of others");

    private X509Bundle authority(String subject) {
        try {
            return common.copy().subject(subject).setIsCertificateAuthority(true)
                    .setKeyUsage(true, KeyUsage.keyCertSign)
                    .buildSelfSigned();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private X509Bundle signed(X509Bundle by) {
        try {
            return common.copy().subject("CN=localhost").addSanDnsName("localhost").addSanIpAddress("127.0.0.1")
                    .setKeyUsage(true, KeyUsage.digitalSignature).addExtendedKeyUsageServerAuth()
                    .addExtendedKeyUsageClientAuth().buildIssuedBy(by);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Writes {@code server.pem}, {@code server.key} and {@code ca.pem}. */
    TlsFiles writeTo(Path folder) throws java.io.IOException {
        X509Bundle server = signed(authority);
        Files.writeString(folder.resolve("server.pem"), server.getCertificatePathPEM());
        Files.writeString(folder.resolve("server.key"), server.getPrivateKeyPEM());
        Files.writeString(folder.resolve("ca.pem"), authority.getCertificatePEM());
        return this;
    }

    /** Shows no certificate. */
    SSLContext client() throws Exception {
        return context(null);
    }

    /** Shows one that our authority signed. */
    SSLContext knownClient() throws Exception {
        return context(signed(authority));
    }

    /** Shows one that somebody else signed. */
    SSLContext strangeClient() throws Exception {
        return context(signed(strangers));
    }

    private SSLContext context(@Nullable X509Bundle own) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("ca", authority.getCertificate());
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(own == null ? null : own.toKeyStore(NO_PASSWORD), NO_PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(own == null ? null : keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }
}
