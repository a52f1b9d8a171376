package io.slotgate.proxy.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The records of Route 53 by which clients find the fleet's healthy members.
 *
 * @param hostedZone id of the hosted zone
 * @param name the regional name; each availability zone has {@code <zone>.<name>}
 * @param address this proxy's own IP address, as clients reach it
 * @param ttl of the records, 1 s to 1 d
 * @param zones availability zones that always have a name
 * @param interval least time between two changes, 1 s to 1 h
 * @param region of AWS; null for the global one
 * @param endpoint URL of the API; null for that of AWS
 * @param dryRun only log what would be changed
 */
public record DnsConfig(String hostedZone, String name, String address, Duration ttl, List<String> zones,
        Duration interval, @Nullable String region, @Nullable String endpoint, boolean dryRun) {
    static final Duration TTL = Duration.ofSeconds(30);
    static final Duration INTERVAL = Duration.ofSeconds(10);

    public DnsConfig {
        zones = List.copyOf(zones);
        Problems problems = new Problems();
        problems.word("hosted-zone", hostedZone);
        problems.word("name", name);
        if (!address.matches("[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*")) {
            problems.unexpected("address", Units.quoted(address), "an IP address");
        }
        problems.duration("ttl", ttl, Duration.ofSeconds(1), Duration.ofDays(1));
        problems.duration("interval", interval, Duration.ofSeconds(1), Duration.ofHours(1));
        for (int i = 0; i < zones.size(); i++) {
            problems.word("zones[" + i + "]", zones.get(i));
        }
        if (region != null) {
            problems.word("region", region);
        }
        if (endpoint != null && !isUrl(endpoint)) {
            problems.unexpected("endpoint", Units.quoted(endpoint), "a URL such as https://host:port");
        }
        problems.throwIfAny();
    }

    private static boolean isUrl(String text) {
        try {
            URI uri = new URI(text);
            return ("https".equals(uri.getScheme()) || "http".equals(uri.getScheme())) && uri.getHost() != null;
        } catch (URISyntaxException e) {
            return false;
        }
    }
}
