package io.slotgate.deploy.client;

import io.slotgate.topology.tls.PemContext;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Where an admin API is, and who asks.
 *
 * @param admin such as {@code http://localhost:8080}
 * @param token null: none
 * @param ca whose certificates are trusted; null: those the JDK trusts
 * @param certificate of ours, where the API asks for one; null: none
 * @param key of the certificate; null without one
 */
public record Access(URI admin, @Nullable String token, @Nullable Path ca, @Nullable Path certificate,
        @Nullable Path key) {
    /** What is wrong with it, in a line; {@code null} if nothing is. */
    public @Nullable String problem() {
        String scheme = admin.getScheme();
        if ((!"http".equals(scheme) && !"https".equals(scheme)) || admin.getHost() == null
                || admin.getRawQuery() != null
                || admin.getRawUserInfo() != null) {
            return admin + " (expected: http://HOST:PORT or https://HOST:PORT)";
        }
        if ("http".equals(scheme) && token != null && !isLoopback(admin.getHost())) {
            return admin + " (expected: https, for a token goes with each request)";
        }
        if ((certificate == null) != (key == null)) {
            return "a certificate needs its key, and a key its certificate";
        }
        return null;
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /** {@code null}: the JDK's own will do. */
    @Nullable
    SSLContext trust() throws IOException {
        if (certificate != null && key != null) {
            return PemContext.of(certificate, key, ca);
        }
        return ca == null ? null : PemContext.trusting(ca);
    }
}
