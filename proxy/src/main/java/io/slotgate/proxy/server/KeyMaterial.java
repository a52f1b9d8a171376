package io.slotgate.proxy.server;

import io.slotgate.proxy.server.PemFile.PemException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * A certificate chain and the private key of its first certificate.
 *
 * @param chain the own certificate first
 * @param key matches it
 */
record KeyMaterial(List<X509Certificate> chain, PrivateKey key) {
    static KeyMaterial read(Path certificate, Path keyFile) throws PemException {
        List<X509Certificate> chain = PemFile.read(certificate).certificates();
        PublicKey publicKey = chain.getFirst().getPublicKey();
        PrivateKey key = PemFile.read(keyFile).privateKey(publicKey);
        if (!matches(key, publicKey)) {
            throw new PemException(keyFile, "belongs to another certificate", "the key of " + certificate, null);
        }
        return new KeyMaterial(chain, key);
    }

    /** A TLS provider would notice at the first handshake only. */
    private static boolean matches(PrivateKey key, PublicKey publicKey) {
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
}
