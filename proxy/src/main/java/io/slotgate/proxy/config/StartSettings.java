package io.slotgate.proxy.config;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What of the configuration can't be changed while the proxy runs, and why: so that who tries is told what to do instead. */
final class StartSettings {
    private static final Map<String, String> REASONS = new LinkedHashMap<>();

    static {
        because("listeners are opened with it", "listen.client", "listen.client.host", "listen.client.port",
                "listen.read", "listen.read.host", "listen.read.port", "listen.plain", "listen.plain.host",
                "listen.plain.port", "listen.tls", "listen.tls.protocols", "listen.tls.provider",
                "listen.tls.handshakes-per-worker",
                "listen.tls.handshake-timeout", "listen.tls.session-cache-size", "listen.tls.session-timeout",
                "listen.backlog", "listen.reuse-port");
        because("clients that are there were told another", "listen.advertised-host", "facade.cluster-enabled");
        because("only what is in the files is taken up when it changes", "listen.tls.certificate", "listen.tls.key",
                "listen.tls.client-ca", "admin.tls.certificate", "admin.tls.key", "admin.tls.client-ca",
                "fleet.tls.certificate", "fleet.tls.key", "fleet.tls.ca");
        because("connections to nodes are made with it", "upstream.seeds", "upstream.user", "upstream.password-file",
                "upstream.password-env", "upstream.tls", "upstream.tls.ca", "upstream.tls.certificate",
                "upstream.tls.key", "upstream.tls.verify-hostname", "upstream.connect-timeout",
                "upstream.reconnect-min", "upstream.reconnect-max", "upstream.answer-timeout",
                "upstream.replay-writes", "upstream.channels-per-node");
        because("nodes are asked from the start on by it", "topology.refresh-interval", "topology.min-refresh-gap",
                "topology.probed-nodes", "topology.probe-timeout", "topology.zones", "zone");
        because("event loops are made with it", "workers", "transport");
        because("users are made with it", "auth.users", "auth.pass-through", "auth.upstream-users");
        because("commands get their way by it", "facade.allow");
        because("the admin API is opened with it", "admin.enabled", "admin.endpoint.host", "admin.endpoint.port",
                "admin.tls", "admin.tokens", "admin.login-failures");
        because("the fleet is joined with it", "fleet", "fleet.name", "fleet.discovery", "fleet.member",
                "fleet.bind.host", "fleet.bind.port", "fleet.advertised", "fleet.peers", "fleet.dns-name",
                "fleet.dns-server", "fleet.tls",
                "fleet.gossip-interval", "fleet.suspect-after", "fleet.voters", "fleet.data");
        because("who sends it there is made with it", "dns", "dns.hosted-zone", "dns.name", "dns.address", "dns.ttl",
                "dns.zones", "dns.interval", "dns.region", "dns.endpoint", "dns.dry-run", "metrics.otlp.url",
                "metrics.otlp.interval", "metrics.cloudwatch.namespace", "metrics.cloudwatch.region",
                "metrics.cloudwatch.interval", "metrics.cloudwatch.endpoint", "traces", "traces.endpoint");
    }

    private StartSettings() {}

    private static void because(String reason, String... paths) {
        for (String path : paths) {
            REASONS.put(path, reason);
        }
    }

    /** Why this takes a restart; null if the configuration has no such option, or one that can be changed. */
    static @Nullable String reason(String path) {
        return REASONS.get(path);
    }

    /** What is wrong with changing this, which can't be, while the proxy runs. */
    static String refusal(String path, String value) {
        String reason = REASONS.get(path);
        if (reason != null) {
            return Units.quoted(value) + " (expected: in the configuration; it takes a restart, for " + reason + ")";
        }
        String nearest = NearestWord.of(path, LiveSettings.known().keySet());
        return "nobody knows it (expected: "
                + (nearest == null ? "one of " + String.join(", ", LiveSettings.known().keySet()) : nearest) + ")";
    }
}
