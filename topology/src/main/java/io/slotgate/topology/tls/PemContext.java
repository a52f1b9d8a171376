package io.slotgate.topology.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** A TLS context of the JDK from PEM files. */
public final class PemContext {
    private static final Pattern KEY = Pattern.compile(
            "-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
    private static final char[] NO_PASSWORD = new char[0];

    private PemContext() {}

    /**
     * @param certificate ours, with its chain
     * @param privateKey its key: PKCS #8, not encrypted
     * @param ca authorities that sign the certificates of others; null: those the JDK trusts
     * @throws IOException naming the file, if it can't be read or is not what it should be
     */
    public static SSLContext of(Path certificate, Path privateKey, @Nullable Path ca) throws IOException {
        try {
            KeyStore ours = KeyStore.getInstance("PKCS12");
            ours.load(null, null);
            PrivateKey key = key(privateKey);
            Certificate[] chain = certificates(certificate).toArray(Certificate[]::new);
            if (!belongTogether(key, chain[0].getPublicKey())) {
                // The JDK would notice in the first handshake only.
                throw new IOException(
                        privateKey + ": belongs to another certificate (expected: the key of " + certificate + ")");
            }
            ours.setKeyEntry("own", key, NO_PASSWORD, chain);
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(ours, NO_PASSWORD);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), ca == null ? null : trust(ca), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException(certificate + ", " + privateKey + ": " + e.getMessage(), e);
        }
    }

    /**
     * One that has no certificate of its own.
     *
     * @param ca authorities that sign the certificates of others
     * @throws IOException naming the file, if it can't be read or is not what it should be
     */
    public static SSLContext trusting(Path ca) throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust(ca), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException(ca + ": " + e.getMessage(), e);
        }
    }

    /** Whether what the one signs the other verifies: a TLS provider would notice at the first handshake only. */
    public static boolean belongTogether(PrivateKey key, PublicKey publicKey) {
        byte[] sample = publicKey.getEncoded();
        String algorithm = switch (publicKey.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> publicKey.getAlgorithm();
        };
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            signature.update(sample);
            byte[] signed = signature.sign();
            signature.initVerify(publicKey);
            signature.update(sample);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static TrustManager[] trust(Path ca) throws IOException, GeneralSecurityException {
        KeyStore theirs = KeyStore.getInstance("PKCS12");
        theirs.load(null, null);
        int number = 0;
        for (Certificate authority : certificates(ca)) {
            theirs.setCertificateEntry("ca" + number++, authority);
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(theirs);
        return trust.getTrustManagers();
    }

    private static Collection<? extends Certificate> certificates(Path file) throws IOException {
        try {
            Collection<? extends Certificate> found = CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(Files.readAllBytes(file)));
            if (found.isEmpty()) {
                throw new IOException(file + ": no certificate");
            }
            return found;
        } catch (GeneralSecurityException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }

    private static PrivateKey key(Path file) throws IOException, GeneralSecurityException {
        Matcher pem = KEY.matcher(Files.readString(file, StandardCharsets.US_ASCII));
        if (!pem.find()) {
            throw new IOException(file + ": no private key (expected: PKCS #8, not encrypted)");
        }
        PKCS8EncodedKeySpec encoded = new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(pem.group(1)));
        for (String algorithm : List.of("EC", "RSA", "EdDSA")) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(encoded);
            } catch (InvalidKeySpecException e) {
                // Of another kind.
            }
        }
        throw new IOException(file + ": a private key of no known kind (expected: EC, RSA or EdDSA)");
    }
}
