package io.slotgate.proxy.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * TLS towards clients.
 *
 * @param certificate PEM file with the server's certificate and its chain
 * @param key PEM file with the certificate's private key, not encrypted
 * @param clientCa PEM file with the authorities whose client certificates are required; null asks for none
 * @param protocols of {@code TLSv1.2} and {@code TLSv1.3}, at least one
 * @param provider who does the cryptography
 * @param handshakesPerWorker handshake steps a worker does at most in one turn of its loop, 1..10000; further ones wait
 * @param handshakeTimeout after which an unfinished handshake is cut, 100 ms to 10 min
 * @param sessionCacheSize sessions kept for resumption, 1..10000000
 * @param sessionTimeout how long a session can be resumed, 1 s to 7 d (RFC 8446, 4.6.1)
 */
public record Tls(Path certificate, Path key, @Nullable Path clientCa, List<String> protocols, TlsProvider provider,
        int handshakesPerWorker, Duration handshakeTimeout, int sessionCacheSize, Duration sessionTimeout) {
    private static final Set<String> KNOWN = Set.of("TLSv1.2", "TLSv1.3");

    public Tls {
        protocols = List.copyOf(protocols);
        Problems problems = new Problems();
        if (protocols.isEmpty()) {
            problems.unexpected("protocols", "none", "TLSv1.3, TLSv1.2 or both");
        }
        for (int i = 0; i < protocols.size(); i++) {
            if (!KNOWN.contains(protocols.get(i))) {
                problems.unexpected("protocols[" + i + "]", Units.quoted(protocols.get(i)), "TLSv1.3 or TLSv1.2");
            }
        }
        problems.range("handshakes-per-worker", handshakesPerWorker, 1, 10_000);
        problems.duration("handshake-timeout", handshakeTimeout, Duration.ofMillis(100), Duration.ofMinutes(10));
        problems.range("session-cache-size", sessionCacheSize, 1, 10_000_000);
        problems.duration("session-timeout", sessionTimeout, Duration.ofSeconds(1), Duration.ofDays(7));
        problems.throwIfAny();
    }

    /** Default settings with this certificate and key. */
    public static Tls of(Path certificate, Path key) {
        return new Tls(certificate, key, null, List.of("TLSv1.3", "TLSv1.2"), TlsProvider.AUTO, 4,
                Duration.ofSeconds(10), 20_480, Duration.ofHours(1));
    }
}
