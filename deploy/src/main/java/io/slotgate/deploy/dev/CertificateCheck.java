package io.slotgate.deploy.dev;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;

/** Whether certificates made earlier still serve. */
record CertificateCheck(DevCertificates files) {
    private static final Duration LEAST_LEFT = Duration.ofDays(7);

    /** Whether all files are there, belong together, and are valid from {@code now} for a week. */
    boolean isUsable(Instant now) {
        try {
            List<X509Certificate> authorities = Pem.certificates(files.ca());
            List<X509Certificate> chain = Pem.certificates(files.certificate());
            if (authorities.isEmpty() || chain.isEmpty()) {
                return false;
            }
            X509Certificate authority = authorities.getFirst();
            X509Certificate server = chain.getFirst();
            for (X509Certificate certificate : List.of(authority, server)) {
                certificate.checkValidity(Date.from(now));
                certificate.checkValidity(Date.from(now.plus(LEAST_LEFT)));
            }
            server.verify(authority.getPublicKey());
            return belongTogether(Pem.key(files.key()), server);
        } catch (IOException | GeneralSecurityException e) {
            return false;
        }
    }

    private static boolean belongTogether(PrivateKey key, X509Certificate certificate)
            throws GeneralSecurityException {
        byte[] message = {1, 2, 3};
        Signature signer = Signature.getInstance("SHA256withECDSA");
        signer.initSign(key);
        signer.update(message);
        byte[] signature = signer.sign();
        signer.initVerify(certificate);
        signer.update(message);
        return signer.verify(signature);
    }
}
