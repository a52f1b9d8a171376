package io.slotgate.proxy.config;

/**
 * The admin API.
 *
 * @param enabled whether it is served at all
 * @param endpoint where; on this machine only, as long as the API has neither TLS nor tokens
 */
public record Admin(boolean enabled, Endpoint endpoint) {
    public Admin {
        Problems problems = new Problems();
        if (enabled && isElsewhere(endpoint.host())) {
            problems.unexpected("endpoint.host", endpoint.host(),
                    "a loopback address such as 127.0.0.1, for the API has neither TLS nor tokens yet");
        }
        problems.throwIfAny();
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
