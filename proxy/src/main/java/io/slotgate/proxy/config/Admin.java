package io.slotgate.proxy.config;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The admin API.
 *
 * @param enabled whether it is served at all
 * @param endpoint where; on this machine only, unless the API has TLS and tokens
 * @param tls null: plain HTTP
 * @param tokens who may use it, each name and each token once; none: everybody on this machine
 * @param loginFailures requests without a token, or with a wrong one, that an address may send within a minute, 1 to 100,000; then it has to
 *        wait
 */
public record Admin(boolean enabled, Endpoint endpoint, @Nullable AdminTls tls, List<AdminToken> tokens,
        int loginFailures) {
    public static final int DEFAULT_LOGIN_FAILURES = 10;
    /** What an endpoint has to be that everybody may use. */
    static final String LOOPBACK = "a loopback address such as 127.0.0.1, or admin.tls and admin.tokens";

    /** Without TLS and tokens. */
    public Admin(boolean enabled, Endpoint endpoint) {
        this(enabled, endpoint, null, List.of());
    }

    /** With the usual bound on failures. */
    public Admin(boolean enabled, Endpoint endpoint, @Nullable AdminTls tls, List<AdminToken> tokens) {
        this(enabled, endpoint, tls, tokens, DEFAULT_LOGIN_FAILURES);
    }

    public Admin {
        tokens = List.copyOf(tokens);
        Problems problems = new Problems();
        if (enabled && (tls == null || tokens.isEmpty()) && isElsewhere(endpoint.host())) {
            problems.unexpected("endpoint.host", endpoint.host(), LOOPBACK);
        }
        problems.range("login-failures", loginFailures, 1, 100_000);
        Set<String> names = new HashSet<>();
        Set<String> digests = new HashSet<>();
        for (int i = 0; i < tokens.size(); i++) {
            if (!names.add(tokens.get(i).name())) {
                problems.unexpected("tokens[" + i + "].name", Units.quoted(tokens.get(i).name()),
                        "a name no other token has");
            }
            if (!digests.add(tokens.get(i).sha256())) {
                problems.unexpected("tokens[" + i + "].sha256", "that of another token", "a token of its own");
            }
        }
        problems.throwIfAny();
    }

    /** Whether it may be reached from other machines. */
    public boolean mayBeReached() {
        return tls != null && !tokens.isEmpty();
    }

    /** Whether it is an address and no loopback address; what a name stands for is seen when it is bound. */
    private static boolean isElsewhere(String host) {
        if (host.indexOf(':') >= 0) {
            return !host.matches("(0*:)+0*1");
        }
        return host.matches("[0-9.]+") && !host.startsWith("127.");
    }

    public static Admin defaults() {
        return new Admin(true, new Endpoint("127.0.0.1", 8080));
    }
}
