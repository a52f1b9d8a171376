package io.slotgate.proxy.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * TLS towards the cluster's nodes.
 *
 * @param ca PEM file with the authorities that sign the nodes' certificates; null for the JDK's own list
 * @param certificate PEM file with the certificate we show them; null to show none
 * @param key PEM file with its private key; given if and only if {@code certificate} is
 * @param verifyHostname whether a node's certificate must name the address it was reached by
 */
public record UpstreamTls(@Nullable Path ca, @Nullable Path certificate, @Nullable Path key, boolean verifyHostname) {
    public UpstreamTls {
        Problems problems = new Problems();
        if (certificate != null && key == null) {
            problems.unexpected("key", "missing", "the private key of certificate " + certificate);
        }
        if (key != null && certificate == null) {
            problems.unexpected("certificate", "missing", "the certificate of key " + key);
        }
        problems.throwIfAny();
    }
}
