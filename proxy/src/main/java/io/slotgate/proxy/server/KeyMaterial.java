package io.slotgate.proxy.server;

import io.slotgate.proxy.server.PemFile.PemException;
import io.slotgate.topology.tls.PemContext;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.PublicKey;
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
        if (!PemContext.belongTogether(key, publicKey)) {
            throw new PemException(keyFile, "belongs to another certificate", "the key of " + certificate, null);
        }
        return new KeyMaterial(chain, key);
    }
}
