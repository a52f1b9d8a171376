package io.slotgate.proxy.config;

import io.slotgate.topology.model.HostPort;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Makes the records of the document's sections. Where one can't be made, a stand-in keeps the reading going. */
final class ConfigReader {
    private static final Path NO_FILE = Path.of("");
    private static final Tls TLS = Tls.of(NO_FILE, NO_FILE);
    private static final Upstream UPSTREAM = Upstream.to(List.of(new HostPort("localhost", 7000)));

    private final Function<String, @Nullable String> environment;
    private final FileSource files;
    private final Problems problems;

    ConfigReader(Function<String, @Nullable String> environment, FileSource files, Problems problems) {
        this.environment = environment;
        this.files = files;
        this.problems = problems;
    }

    SlotgateConfig read(Section root) {
        Listen listen = listen(root.section("listen"));
        Upstream upstream = upstream(root.section("upstream"));
        SlotgateConfig defaults = SlotgateConfig.of(listen, upstream);
        TopologySettings topology = topology(root.section("topology"), defaults.topology());
        int workers = root.integer("workers", defaults.workers());
        Transport transport = root.choice("transport", defaults.transport());
        Auth auth = auth(root.section("auth"));
        Limits limits = limits(root.section("limits"), defaults.limits());
        Admin admin = admin(root.section("admin"), defaults.admin());
        String zone = root.text("zone");
        String named = root.text("fleet");
        String fleet = named == null ? SlotgateConfig.DEFAULT_FLEET : named;
        boolean clusterEnabled = clusterEnabled(root.section("facade"), defaults.clusterEnabled());
        return root.make(defaults, () -> new SlotgateConfig(listen, upstream, topology, workers, transport, auth,
                limits, admin, zone, fleet, clusterEnabled));
    }

    private static boolean clusterEnabled(Section section, boolean fallback) {
        return section.make(fallback, () -> section.flag("cluster-enabled", fallback));
    }

    private Listen listen(Section section) {
        Endpoint client = endpoint(section, "client", Listen.DEFAULT_CLIENT);
        Endpoint read = endpoint(section, "read", Listen.DEFAULT_READ);
        Endpoint plain = section.has("plain") ? plain(section) : null;
        String advertisedHost = section.text("advertised-host");
        Tls tls = section.has("tls") ? tls(section.section("tls")) : null;
        int backlog = section.integer("backlog", Listen.DEFAULT_BACKLOG);
        return section.make(Listen.withTls(TLS),
                () -> new Listen(client, read, plain, advertisedHost, tls, backlog));
    }

    private static @Nullable Endpoint endpoint(Section section, String key, Endpoint fallback) {
        return section.off(key) ? null : endpoint(section.section(key), fallback);
    }

    private static Endpoint endpoint(Section section, Endpoint fallback) {
        String host = section.text("host");
        int port = section.integer("port", fallback.port());
        return section.make(fallback, () -> new Endpoint(host == null ? fallback.host() : host, port));
    }

    private static @Nullable Endpoint plain(Section listen) {
        if (listen.off("plain")) {
            return null;
        }
        Section section = listen.section("plain");
        section.required("port", "0..65535");
        return endpoint(section, new Endpoint(Listen.DEFAULT_PLAIN_HOST, 0));
    }

    private Tls tls(Section section) {
        Path certificate = requiredFile(section, "certificate", "a PEM file with the certificate and its chain");
        Path key = requiredFile(section, "key", "a PEM file with the private key");
        Path clientCa = file(section, "client-ca");
        return section.make(TLS, () -> new Tls(certificate, key, clientCa,
                section.list("protocols", TLS.protocols(), Function.identity()),
                section.choice("provider", TLS.provider()),
                section.integer("handshakes-per-worker", TLS.handshakesPerWorker()),
                section.duration("handshake-timeout", TLS.handshakeTimeout()),
                section.integer("session-cache-size", TLS.sessionCacheSize()),
                section.duration("session-timeout", TLS.sessionTimeout())));
    }

    private Upstream upstream(Section section) {
        if (!section.has("seeds")) {
            problems.unexpected(section.at("seeds"), "missing", "a list of host:port, nodes of the cluster");
        }
        List<HostPort> seeds = section.list("seeds", UPSTREAM.seeds(), HostPort::parse);
        String user = section.text("user");
        Secret password = password(section);
        UpstreamTls tls = !section.has("tls") || section.off("tls") ? null : upstreamTls(section.section("tls"));
        return section.make(UPSTREAM, () -> new Upstream(seeds, user, password, tls,
                section.duration("connect-timeout", UPSTREAM.connectTimeout()),
                section.duration("reconnect-min", UPSTREAM.reconnectMin()),
                section.duration("reconnect-max", UPSTREAM.reconnectMax()),
                section.duration("failover-patience", UPSTREAM.failoverPatience())));
    }

    private UpstreamTls upstreamTls(Section section) {
        Path ca = file(section, "ca");
        Path certificate = file(section, "certificate");
        Path key = file(section, "key");
        boolean verifyHostname = section.flag("verify-hostname", true);
        return section.make(new UpstreamTls(null, null, null, true),
                () -> new UpstreamTls(ca, certificate, key, verifyHostname));
    }

    /** A password that is named but can't be had is a problem of its own; its stand-in keeps it from being missing too. */
    private @Nullable Secret password(Section section) {
        String file = section.text("password-file");
        String variable = section.text("password-env");
        if (file == null && variable == null) {
            return null;
        }
        String value = null;
        if (file != null && variable != null) {
            problems.unexpected(section.at("password-env"), Units.quoted(variable), "this or password-file, not both");
        } else if (file != null) {
            value = passwordOfFile(section.at("password-file"), file);
        } else if (variable != null) {
            value = passwordOfVariable(section.at("password-env"), variable);
        }
        return value == null ? Secret.of("stand-in") : Secret.of(value);
    }

    /** The first line, for editors and {@code echo} end it with a line feed that is no part of the password. */
    private @Nullable String passwordOfFile(String at, String name) {
        Path file = files.readable(at, name);
        String text = file == null ? null : files.text(at, file);
        if (text == null) {
            return null;
        }
        String first = text.lines().findFirst().orElse("");
        if (first.isEmpty()) {
            problems.unexpected(at, name + ", an empty first line", "a password");
            return null;
        }
        return first;
    }

    private @Nullable String passwordOfVariable(String at, String name) {
        String value = environment.apply(name);
        if (value == null || value.isEmpty()) {
            problems.unexpected(at, Units.quoted(name) + ", not set", "an environment variable with a password");
            return null;
        }
        return value;
    }

    private TopologySettings topology(Section section, TopologySettings defaults) {
        return section.make(defaults, () -> new TopologySettings(
                section.duration("refresh-interval", defaults.refreshInterval()),
                section.duration("min-refresh-gap", defaults.minRefreshGap()),
                section.integer("probed-nodes", defaults.probedNodes()),
                section.duration("probe-timeout", defaults.probeTimeout())));
    }

    private Auth auth(Section section) {
        List<User> users = new ArrayList<>();
        for (Section each : section.sections("users")) {
            String name = each.required("name", "the user's name");
            List<String> digests = each.list("password-sha256", List.of(), Function.identity());
            users.addAll(each.make(List.of(), () -> List.of(new User(name == null ? "default" : name, digests))));
        }
        return section.make(Auth.open(), () -> new Auth(users));
    }

    private Limits limits(Section section, Limits defaults) {
        return section.make(defaults, () -> new Limits(
                section.integer("connections", defaults.connections()),
                section.size("bulk-bytes", defaults.bulkBytes()),
                section.integer("arguments", defaults.arguments()),
                section.smallSize("inline-bytes", defaults.inlineBytes()),
                section.smallSize("unauthenticated-bulk-bytes", defaults.unauthenticatedBulkBytes()),
                section.integer("unauthenticated-arguments", defaults.unauthenticatedArguments()),
                section.integer("pending-per-session", defaults.pendingPerSession()),
                section.size("replay-bytes-per-worker", defaults.replayBytesPerWorker()),
                section.smallSize("stream-bytes", defaults.streamBytes()),
                section.size("request-bytes-per-worker", defaults.requestBytesPerWorker()),
                section.integer("transaction-commands", defaults.transactionCommands()),
                section.size("transaction-bytes", defaults.transactionBytes()),
                section.size("transaction-bytes-per-worker", defaults.transactionBytesPerWorker()),
                section.size("output-pause-bytes", defaults.outputPauseBytes()),
                section.size("output-bytes", defaults.outputBytes()),
                section.size("output-bytes-per-worker", defaults.outputBytesPerWorker()),
                section.duration("slow-client-timeout", defaults.slowClientTimeout()),
                section.integer("leases-per-node", defaults.leasesPerNode()),
                section.integer("lease-queue", defaults.leaseQueue()),
                section.duration("lease-wait", defaults.leaseWait()),
                pubsub(section.section("pubsub"), defaults.pubsub())));
    }

    private static PubSubLimits pubsub(Section section, PubSubLimits defaults) {
        return section.make(defaults, () -> new PubSubLimits(
                section.integer("subscriptions-per-session", defaults.subscriptionsPerSession()),
                section.size("subscription-bytes-per-worker", defaults.subscriptionBytesPerWorker()),
                section.size("output-bytes", defaults.outputBytes()),
                section.size("output-soft-bytes", defaults.outputSoftBytes()),
                section.duration("output-soft-time", defaults.outputSoftTime())));
    }

    private static Admin admin(Section section, Admin defaults) {
        boolean enabled = section.flag("enabled", defaults.enabled());
        Endpoint endpoint = endpoint(section.section("endpoint"), defaults.endpoint());
        return section.make(defaults, () -> new Admin(enabled, endpoint));
    }

    private Path requiredFile(Section section, String key, String expected) {
        String name = section.required(key, expected);
        Path file = name == null ? null : files.readable(section.at(key), name);
        return file == null ? NO_FILE : file;
    }

    private @Nullable Path file(Section section, String key) {
        String name = section.text(key);
        return name == null ? null : files.readable(section.at(key), name);
    }
}
