package io.slotgate.proxy.server;

import io.slotgate.proxy.config.Problem;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A file of PEM blocks (RFC 7468), read whole. Every failure is a {@link PemException} that names the file. */
final class PemFile {
    private static final Pattern BLOCK = Pattern
            .compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]*+)-----END \\1-----");
    private static final int DER_SEQUENCE = 0x30;
    private static final int DER_OCTET_STRING = 0x04;
    private static final byte[] PKCS8_VERSION = {2, 1, 0};

    private final Path path;
    private final List<Block> blocks = new ArrayList<>();

    private static final class Block {
        final String label;
        final byte[] der;

        Block(String label, byte[] der) {
            this.label = label;
            this.der = der;
        }
    }

    /** What is wrong with a file; the message begins with its path. */
    static final class PemException extends Exception {
        private final String problem;

        PemException(Path path, String found, String expected, @Nullable Throwable cause) {
            this(path + ": " + found + " (expected: " + expected + ")", cause);
        }

        private PemException(String problem, @Nullable Throwable cause) {
            super(problem, cause);
            this.problem = problem;
        }

        /** The message, at its place in the configuration. */
        Problem at(String place) {
            return new Problem(place, problem);
        }
    }

    private PemFile(Path path) {
        this.path = path;
    }

    static PemFile read(Path path) throws PemException {
        PemFile file = new PemFile(path);
        try {
            Matcher matcher = BLOCK.matcher(Files.readString(path, StandardCharsets.ISO_8859_1));
            while (matcher.find()) {
                file.blocks.add(new Block(matcher.group(1), Base64.getMimeDecoder().decode(matcher.group(2))));
            }
        } catch (NoSuchFileException e) {
            throw new PemException(path, "no such file", "a PEM file", e);
        } catch (IOException | IllegalArgumentException e) {
            throw new PemException(path, "can't be read: " + e.getMessage(), "a PEM file", e);
        }
        return file;
    }

    /** At least one, in the order of the file. */
    List<X509Certificate> certificates() throws PemException {
        List<X509Certificate> certificates = new ArrayList<>();
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            for (Block block : blocks) {
                if (block.label.endsWith("CERTIFICATE")) {
                    certificates.add((X509Certificate) factory
                            .generateCertificate(new ByteArrayInputStream(block.der)));
                }
            }
        } catch (CertificateException e) {
            throw new PemException(path, "broken certificate: " + e.getMessage(), "X.509 certificates", e);
        }
        if (certificates.isEmpty()) {
            throw new PemException(path, "no certificate in it", "one or more of BEGIN CERTIFICATE", null);
        }
        return certificates;
    }

    /** The private key, whose kind is that of the public key it goes with. */
    PrivateKey privateKey(PublicKey publicKey) throws PemException {
        for (Block block : blocks) {
            PrivateKey key = switch (block.label) {
                case "PRIVATE KEY" -> key(block.der, publicKey);
                case "RSA PRIVATE KEY", "EC PRIVATE KEY" -> key(pkcs8(block.der, publicKey), publicKey);
                case "ENCRYPTED PRIVATE KEY" ->
                    throw new PemException(path, "encrypted private key", "one without a passphrase", null);
                default -> null;
            };
            if (key != null) {
                return key;
            }
        }
        throw new PemException(path, "no private key in it", "BEGIN PRIVATE KEY", null);
    }

    private PrivateKey key(byte[] pkcs8, PublicKey publicKey) throws PemException {
        try {
            return KeyFactory.getInstance(publicKey.getAlgorithm()).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
        } catch (GeneralSecurityException e) {
            throw new PemException(path, "broken private key, or not of the certificate's kind",
                    "a private key for " + publicKey.getAlgorithm(), e);
        }
    }

    /**
     * Wraps the older key formats (PKCS #1, SEC 1). PKCS #8 adds which algorithm and curve they are for, and the public
     * key says that in the same words (RFC 5280 4.1.2.7, RFC 5208 5).
     */
    private static byte[] pkcs8(byte[] key, PublicKey publicKey) {
        byte[] info = publicKey.getEncoded();
        int algorithm = contentOffset(info, 0);
        int end = contentOffset(info, algorithm) + contentLength(info, algorithm);
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        content.writeBytes(PKCS8_VERSION);
        content.write(info, algorithm, end - algorithm);
        content.writeBytes(der(DER_OCTET_STRING, key));
        return der(DER_SEQUENCE, content.toByteArray());
    }

    private static byte[] der(int tag, byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        if (content.length < 0x80) {
            out.write(content.length);
        } else {
            out.write(0x82);
            out.write(content.length >> 8);
            out.write(content.length);
        }
        out.writeBytes(content);
        return out.toByteArray();
    }

    private static int contentOffset(byte[] der, int at) {
        int length = der[at + 1] & 0xff;
        return at + 2 + (length < 0x80 ? 0 : length & 0x7f);
    }

    private static int contentLength(byte[] der, int at) {
        int length = der[at + 1] & 0xff;
        if (length < 0x80) {
            return length;
        }
        int value = 0;
        for (int i = 0; i < (length & 0x7f); i++) {
            value = (value << 8) | (der[at + 2 + i] & 0xff);
        }
        return value;
    }
}
