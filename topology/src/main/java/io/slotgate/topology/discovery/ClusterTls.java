package io.slotgate.topology.discovery;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How to speak TLS with the nodes.
 *
 * @param ca PEM file of the authorities to trust, {@code null} for those the JVM trusts
 * @param certificate PEM file of our certificate chain, {@code null} if nodes don't ask for one
 * @param key PEM file of its private key (PKCS #8, not encrypted)
 * @param verifyHostname whether the certificate must be for the address we connect to
 */
public record ClusterTls(@Nullable Path ca, @Nullable Path certificate, @Nullable Path key, boolean verifyHostname) {
    public ClusterTls {
        if ((certificate == null) != (key == null)) {
            throw new IllegalArgumentException(
                    "certificate: " + certificate + ", key: " + key + " (expected: both or neither)");
        }
    }
}
