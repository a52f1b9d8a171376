package io.slotgate.proxy.config;

import org.jspecify.annotations.Nullable;

/**
 * Where clients come in. The client and the read listener always speak TLS, so {@code tls} is required unless both are
 * off; at least one listener must be on, and no two may share an address.
 *
 * @param client listener for any command, or null if there is none
 * @param read listener whose sessions read from replicas, or null if there is none
 * @param plain listener for any command without TLS, or null if there is none
 * @param advertisedHost the name by which clients reach this proxy, given in the CLUSTER replies; null to take the TLS
 * server name the client asked for, else the address it connected to
 * @param tls what TLS listeners use; null if there are none
 * @param backlog connections the kernel queues before they are accepted, 1..65535
 * @param reusePort whether another process may listen on the same addresses, to take over from this one
 */
public record Listen(@Nullable Endpoint client, @Nullable Endpoint read, @Nullable Endpoint plain,
        @Nullable String advertisedHost, @Nullable Tls tls, int backlog, boolean reusePort) {
    static final Endpoint DEFAULT_CLIENT = new Endpoint("0.0.0.0", 6379);
    static final Endpoint DEFAULT_READ = new Endpoint("0.0.0.0", 6380);
    static final String DEFAULT_PLAIN_HOST = "127.0.0.1";
    static final int DEFAULT_BACKLOG = 4096;

    public Listen {
        Problems problems = new Problems();
        if (client == null && read == null && plain == null) {
            problems.unexpected("", "no listener", "at least one of client, read, plain");
        }
        if (tls == null && (client != null || read != null)) {
            problems.unexpected("tls", "missing",
                    "certificate and key; the client and read listeners always speak TLS, 'none' turns one off");
        }
        distinct(problems, "read", read, client);
        distinct(problems, "plain", plain, client);
        distinct(problems, "plain", plain, read);
        if (advertisedHost != null) {
            problems.word("advertised-host", advertisedHost);
        }
        problems.range("backlog", backlog, 1, 65535);
        problems.throwIfAny();
    }

    /** On addresses of our own. */
    public Listen(@Nullable Endpoint client, @Nullable Endpoint read, @Nullable Endpoint plain,
            @Nullable String advertisedHost, @Nullable Tls tls, int backlog) {
        this(client, read, plain, advertisedHost, tls, backlog, false);
    }

    /** The client and read listeners on their default ports. */
    public static Listen withTls(Tls tls) {
        return new Listen(DEFAULT_CLIENT, DEFAULT_READ, null, null, tls, DEFAULT_BACKLOG);
    }

    private static void distinct(Problems problems, String path, @Nullable Endpoint one, @Nullable Endpoint other) {
        if (one != null && one.port() != 0 && one.equals(other)) {
            problems.unexpected(path, one, "an address no other listener has");
        }
    }
}
