package io.slotgate.proxy.config;

import io.slotgate.topology.model.HostPort;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Makes the records of the sections {@code fleet} and {@code dns}. */
final class FleetReader {
    private static final Path NO_FILE = Path.of("");
    private static final DnsConfig DNS = new DnsConfig("Z", "name", "127.0.0.1", DnsConfig.TTL, List.of(),
            DnsConfig.INTERVAL, null, null, false);

    private final FileSource files;
    private final Problems problems;

    FleetReader(FileSource files, Problems problems) {
        this.files = files;
        this.problems = problems;
    }

    /** A name alone stands for a fleet of one. */
    FleetConfig fleet(Section root) {
        FleetConfig defaults = FleetConfig.alone(SlotgateConfig.DEFAULT_FLEET);
        if (!root.has("fleet")) {
            return defaults;
        }
        if (root.isMapping("fleet")) {
            return fleet(root.section("fleet"), defaults);
        }
        String name = root.text("fleet");
        try {
            return name == null ? defaults : FleetConfig.alone(name);
        } catch (ConfigException e) {
            problems.unexpected("fleet", Units.quoted(String.valueOf(name)), "one word, or a mapping");
            return defaults;
        }
    }

    private FleetConfig fleet(Section section, FleetConfig defaults) {
        String name = section.text("name");
        FleetDiscovery discovery = section.choice("discovery", defaults.discovery());
        String member = section.text("member");
        Endpoint bind = bind(section.section("bind"), defaults.bind());
        HostPort advertised = address(section, "advertised");
        List<HostPort> peers = section.list("peers", List.of(), HostPort::parse);
        String dnsName = section.text("dns-name");
        HostPort dnsServer = address(section, "dns-server");
        FleetTlsConfig tls = section.has("tls") && !section.off("tls") ? tls(section.section("tls")) : null;
        String data = section.text("data");
        Path folder = data == null ? null : files.folder(section.at("data"), data);
        return section.make(defaults, () -> new FleetConfig(name == null ? defaults.name() : name, discovery, member,
                bind, advertised, peers, dnsName, dnsServer, tls,
                section.duration("gossip-interval", defaults.gossipInterval()),
                section.duration("suspect-after", defaults.suspectAfter()),
                section.list("voters", List.of(), Function.identity()), folder));
    }

    private static Endpoint bind(Section section, Endpoint fallback) {
        String host = section.text("host");
        int port = section.integer("port", fallback.port());
        return section.make(fallback, () -> new Endpoint(host == null ? fallback.host() : host, port));
    }

    private @Nullable HostPort address(Section section, String key) {
        String text = section.text(key);
        try {
            return text == null ? null : HostPort.parse(text);
        } catch (IllegalArgumentException e) {
            problems.add(section.at(key), String.valueOf(e.getMessage()));
            return null;
        }
    }

    private FleetTlsConfig tls(Section section) {
        Path certificate = file(section, "certificate", "a PEM file with the certificate and its chain");
        Path key = file(section, "key", "a PEM file with the private key");
        Path ca = file(section, "ca", "a PEM file with the authorities that sign the members' certificates");
        return section.make(new FleetTlsConfig(NO_FILE, NO_FILE, NO_FILE),
                () -> new FleetTlsConfig(certificate, key, ca));
    }

    private Path file(Section section, String key, String expected) {
        String name = section.required(key, expected);
        Path file = name == null ? null : files.readable(section.at(key), name);
        return file == null ? NO_FILE : file;
    }

    DnsConfig dns(Section section) {
        String zone = section.required("hosted-zone", "the id of a hosted zone");
        String name = section.required("name", "the regional name");
        String address = section.required("address", "our IP address, as clients reach it");
        String region = section.text("region");
        String endpoint = section.text("endpoint");
        boolean dryRun = section.flag("dry-run", false);
        // What is missing was said already; stand-ins let the rest be read.
        return section.make(DNS,
                () -> new DnsConfig(zone == null ? DNS.hostedZone() : zone, name == null ? DNS.name() : name,
                        address == null ? DNS.address() : address, section.duration("ttl", DnsConfig.TTL),
                        section.list("zones", List.of(), Function.identity()),
                        section.duration("interval", DnsConfig.INTERVAL), region, endpoint, dryRun));
    }
}
