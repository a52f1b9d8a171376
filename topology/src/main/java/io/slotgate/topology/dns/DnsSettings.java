package io.slotgate.topology.dns;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What is published where.
 *
 * @param hostedZone id of the hosted zone
 * @param name the regional name, under which there are {@code <zone>.<name>}; kept in lower case, without a dot at its end
 * @param fleet marks the records as ours: records of another owner under these names are left alone
 * @param ttl of every record, 1 s or more
 * @param zones zones that always have a name, even before a member was seen there
 * @param interval least time between two changes
 * @param region of AWS, {@code null}: Route 53's global one
 * @param endpoint where the API is asked instead of at AWS, {@code null} for AWS
 * @param dryRun only log what would be changed
 */
public record DnsSettings(String hostedZone, String name, String fleet, Duration ttl, List<String> zones,
        Duration interval, @Nullable String region, @Nullable URI endpoint, boolean dryRun) {
    public DnsSettings {
        zones = List.copyOf(zones);
        String lower = name.toLowerCase(Locale.ROOT);
        name = lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }

    /** What the identifiers of our records begin with. */
    String mark() {
        return "slotgate:" + fleet + ":";
    }
}
