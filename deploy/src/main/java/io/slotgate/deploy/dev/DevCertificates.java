package io.slotgate.deploy.dev;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.CertificateBuilder.KeyUsage;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import javax.net.SocketFactory;

/**
 * A certificate authority and a server certificate it signed, for a trial on this machine: ECDSA P-256, for the names
 * localhost, 127.0.0.1 and ::1. The authority's key is never written down, so nothing else can be signed with it.
 *
 * @param ca PEM file with the authority's certificate, for clients to trust
 * @param certificate PEM file with the server's certificate and its chain
 * @param key PEM file with the server's private key, readable by its owner only
 */
public record DevCertificates(Path ca, Path certificate, Path key) {
    private static final Duration VALIDITY = Duration.ofDays(365);
    private static final Duration CLOCK_SKEW = Duration.ofHours(1);

    /** Where the files are in {@code folder}, once {@link #ensure} was called. */
    public static DevCertificates pathsIn(Path folder) {
        return new DevCertificates(folder.resolve("ca.pem"), folder.resolve("server.pem"),
                folder.resolve("server.key"));
    }

    /** {@link #pathsIn}, and {@link #ensure} done. */
    public static DevCertificates in(Path folder) throws IOException {
        DevCertificates files = pathsIn(folder);
        files.ensure();
        return files;
    }

    /**
     * Makes new ones unless those that are there are good for another week.
     *
     * @throws IOException if they can't be made or written
     */
    public void ensure() throws IOException {
        if (!new CertificateCheck(this).isUsable(Instant.now())) {
            create(Instant.now());
        }
    }

    /** Client sockets that trust the authority and nobody else. */
    SocketFactory clientSockets() {
        try {
            return Pem.trusting(Pem.certificates(ca)).getSocketFactory();
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(ca + ": can't be used as an authority", e);
        }
    }

    void create(Instant now) throws IOException {
        CertificateBuilder common = new CertificateBuilder().ecp256().notBefore(now.minus(CLOCK_SKEW))
                .notAfter(now.plus(VALIDITY));
        try {
            X509Bundle authority = common.copy().subject("CN=Slotgate trial CA").setIsCertificateAuthority(true)
                    .setKeyUsage(true, KeyUsage.keyCertSign, KeyUsage.cRLSign).buildSelfSigned();
            // Nodes of a cluster with TLS are each other's clients too.
            X509Bundle server = common.copy().subject("CN=localhost").addSanDnsName("localhost")
                    .addSanIpAddress("127.0.0.1").addSanIpAddress("::1")
                    .setKeyUsage(true, KeyUsage.digitalSignature).addExtendedKeyUsageServerAuth()
                    .addExtendedKeyUsageClientAuth().buildIssuedBy(authority);
            Files.createDirectories(ca.toAbsolutePath().getParent());
            write(key, server.getPrivateKeyPEM(), "rw-------");
            write(certificate, server.getCertificatePathPEM(), "rw-r--r--");
            write(ca, authority.getCertificatePEM(), "rw-r--r--");
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            // The builder declares no narrower type.
            throw new IOException("certificates: can't be made: " + e.getMessage(), e);
        }
    }

    private static void write(Path file, String text, String permissions) throws IOException {
        Path part = Files.createTempFile(file.toAbsolutePath().getParent(), file.getFileName().toString(), ".part");
        Files.setPosixFilePermissions(part, PosixFilePermissions.fromString("rw-------"));
        Files.writeString(part, text);
        Files.setPosixFilePermissions(part, PosixFilePermissions.fromString(permissions));
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
