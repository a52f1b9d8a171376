package io.slotgate.proxy.config;

import io.slotgate.topology.model.HostPort;
import io.slotgate.topology.model.ZoneRule;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Makes the records of the document's sections. Where one can't be made, a stand-in keeps the reading going. */
final class ConfigReader {
    private static final Path NO_FILE = Path.of("");
    /** Stands for rules that are not there, which is not the same as an empty list of rules. */
    private static final List<String> NO_RULES = new ArrayList<>();
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
        Limits limits = LimitsReader.read(root.section("limits"), defaults.limits());
        Admin admin = admin(root.section("admin"), defaults.admin());
        String zone = root.text("zone");
        FleetReader fleets = new FleetReader(files, problems);
        FleetConfig fleet = fleets.fleet(root);
        DnsConfig dns = root.has("dns") && !root.off("dns") ? fleets.dns(root.section("dns")) : null;
        Section facade = root.section("facade");
        boolean clusterEnabled = facade.flag("cluster-enabled", defaults.clusterEnabled());
        AllowedCommands allow = allow(facade, defaults.allow());
        Duration drain = root.duration("drain-timeout", defaults.drainTimeout());
        Duration notice = root.duration("drain-notice", defaults.drainNotice());
        Reads reads = reads(root.section("reads"), defaults.reads());
        SlowLogConfig slowlog = slowLog(root.section("slowlog"), defaults.slowlog());
        HeatConfig heat = heat(root.section("heat"), defaults.heat());
        MetricsConfig metrics = MetricsReader.read(root.section("metrics"));
        TracesConfig traces = root.has("traces") && !root.off("traces") ? traces(root.section("traces")) : null;
        return root.make(defaults, () -> new SlotgateConfig(listen, upstream, topology, workers, transport, auth,
                limits, admin, zone, fleet, clusterEnabled, reads, drain, dns, allow, slowlog, heat, traces,
                metrics, notice));
    }

    private static SlowLogConfig slowLog(Section section, SlowLogConfig defaults) {
        return section.make(defaults, () -> new SlowLogConfig(
                section.off("log-slower-than")
                        ? null
                        : section.duration("log-slower-than", SlowLogConfig.DEFAULT_LOG_SLOWER_THAN),
                section.integer("max-len", defaults.maxLen())));
    }

    private static TracesConfig traces(Section section) {
        URI fallback = URI.create("http://localhost:4318/v1/traces");
        String text = section.required("endpoint", "a URL such as " + fallback);
        return section.make(new TracesConfig(fallback, TracesConfig.DEFAULT_ONE_IN, true),
                () -> new TracesConfig(text == null ? fallback : uri(text),
                        section.integer("one-in", TracesConfig.DEFAULT_ONE_IN), section.flag("slow", true)));
    }

    /** What is no URI has no scheme, which the record refuses. */
    private static URI uri(String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException e) {
            return URI.create("malformed");
        }
    }

    private static HeatConfig heat(Section section, HeatConfig defaults) {
        return section.make(defaults, () -> new HeatConfig(section.flag("enabled", defaults.enabled()),
                section.integer("sample", defaults.sample())));
    }

    private static Reads reads(Section section, Reads defaults) {
        return section.make(defaults, () -> new Reads(section.choice("policy", defaults.policy()),
                section.duration("max-replica-lag", defaults.maxReplicaLag())));
    }

    private static AllowedCommands allow(Section section, AllowedCommands fallback) {
        return section.make(fallback,
                () -> AllowedCommands.of(section.list("allow", List.of(), AllowedCommands::name)));
    }

    private Listen listen(Section section) {
        Endpoint client = endpoint(section, "client", Listen.DEFAULT_CLIENT);
        Endpoint read = endpoint(section, "read", Listen.DEFAULT_READ);
        Endpoint plain = section.has("plain") ? plain(section) : null;
        String advertisedHost = section.text("advertised-host");
        Tls tls = section.has("tls") ? tls(section.section("tls")) : null;
        int backlog = section.integer("backlog", Listen.DEFAULT_BACKLOG);
        boolean reusePort = section.flag("reuse-port", false);
        return section.make(Listen.withTls(TLS),
                () -> new Listen(client, read, plain, advertisedHost, tls, backlog, reusePort));
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
        Secret password = password(section, "password");
        UpstreamTls tls = !section.has("tls") || section.off("tls") ? null : upstreamTls(section.section("tls"));
        return section.make(UPSTREAM, () -> new Upstream(seeds, user, password, tls,
                section.duration("connect-timeout", UPSTREAM.connectTimeout()),
                section.duration("reconnect-min", UPSTREAM.reconnectMin()),
                section.duration("reconnect-max", UPSTREAM.reconnectMax()),
                section.duration("failover-patience", UPSTREAM.failoverPatience()),
                section.duration("answer-timeout", UPSTREAM.answerTimeout()),
                section.choice("replay-writes", UPSTREAM.replayWrites()),
                section.integer("channels-per-node", UPSTREAM.channelsPerNode())));
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
    private @Nullable Secret password(Section section, String key) {
        String file = section.text(key + "-file");
        String variable = section.text(key + "-env");
        if (file == null && variable == null) {
            return null;
        }
        String value = null;
        if (file != null && variable != null) {
            problems.unexpected(section.at(key + "-env"), Units.quoted(variable), "this or " + key + "-file, not both");
        } else if (file != null) {
            value = passwordOfFile(section.at(key + "-file"), file);
        } else if (variable != null) {
            value = passwordOfVariable(section.at(key + "-env"), variable);
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
            // Somebody may have written the password itself there.
            String told = name.matches("[A-Z_][A-Z0-9_]*") ? Units.quoted(name) : "a name that is not told";
            problems.unexpected(at, told + ", not set", "an environment variable with a password");
            return null;
        }
        return value;
    }

    private TopologySettings topology(Section section, TopologySettings defaults) {
        List<ZoneRule> zones = new ArrayList<>();
        for (Section each : section.sections("zones")) {
            String nodes = each.required("nodes", "an address, a name or a block such as 10.0.1.0/24");
            String zone = each.required("zone", "the availability zone of these nodes");
            zones.addAll(each.make(List.of(), () -> List.of(zoneRule(each, nodes, zone))));
        }
        return section.make(defaults, () -> new TopologySettings(
                section.duration("refresh-interval", defaults.refreshInterval()),
                section.duration("min-refresh-gap", defaults.minRefreshGap()),
                section.integer("probed-nodes", defaults.probedNodes()),
                section.duration("probe-timeout", defaults.probeTimeout()), zones));
    }

    private ZoneRule zoneRule(Section at, @Nullable String nodes, @Nullable String zone) {
        String which = nodes == null || nodes.isBlank() ? "stand-in" : nodes;
        if (zone != null) {
            problems.toldWord(at.at("zone"), zone);
        }
        try {
            return new ZoneRule(which, zone == null || zone.isBlank() ? "stand-in" : zone);
        } catch (IllegalArgumentException e) {
            problems.unexpected(at.at("nodes"), Units.quoted(which),
                    "an address, a name or a block such as 10.0.1.0/24");
            return new ZoneRule("stand-in", "stand-in");
        }
    }

    private Auth auth(Section section) {
        List<User> users = new ArrayList<>();
        for (Section each : section.sections("users")) {
            String name = each.required("name", "the user's name");
            List<String> digests = each.list("password-sha256", List.of(), Function.identity());
            String upstreamName = each.text("upstream-user");
            Secret upstreamPassword = password(each, "upstream-password");
            List<String> words = each.list("rules", NO_RULES, Function.identity());
            users.addAll(each.make(List.of(), () -> {
                AclRules rules = words == NO_RULES ? null : new AclRules(words);
                return List.of(new User(name == null ? "default" : name, digests,
                        identity(each, upstreamName, upstreamPassword), rules));
            }));
        }
        return section.make(Auth.open(), () -> new Auth(users, section.flag("pass-through", false),
                section.integer("upstream-users", Auth.DEFAULT_UPSTREAM_USERS)));
    }

    private @Nullable UpstreamIdentity identity(Section user, @Nullable String name, @Nullable Secret password) {
        if (name == null && password == null) {
            return null;
        }
        if (name == null || password == null) {
            problems.unexpected(user.at("upstream-user"), name == null ? "missing" : Units.quoted(name),
                    "a name together with upstream-password-file or upstream-password-env");
            return null;
        }
        return new UpstreamIdentity(name, password);
    }

    private Admin admin(Section section, Admin defaults) {
        boolean enabled = section.flag("enabled", defaults.enabled());
        Endpoint endpoint = endpoint(section.section("endpoint"), defaults.endpoint());
        AdminTls tls = section.has("tls") && !section.off("tls") ? adminTls(section.section("tls")) : null;
        List<AdminToken> tokens = new ArrayList<>();
        for (Section each : section.sections("tokens")) {
            String name = each.required("name", "who holds the token");
            String digest = each.required("sha256", "the SHA-256 of the token, 64 hex digits");
            AdminRole role = each.choice("role", AdminRole.VIEWER);
            tokens.addAll(each.make(List.of(), () -> List.of(new AdminToken(name == null ? "stand-in" : name, role,
                    digest == null ? "0".repeat(64) : digest))));
        }
        int loginFailures = section.integer("login-failures", defaults.loginFailures());
        return section.make(defaults, () -> new Admin(enabled, endpoint, tls, tokens, loginFailures));
    }

    private AdminTls adminTls(Section section) {
        Path certificate = requiredFile(section, "certificate", "a PEM file with the certificate and its chain");
        Path key = requiredFile(section, "key", "a PEM file with the private key");
        Path clientCa = file(section, "client-ca");
        return section.make(new AdminTls(certificate, key, null), () -> new AdminTls(certificate, key, clientCa));
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
