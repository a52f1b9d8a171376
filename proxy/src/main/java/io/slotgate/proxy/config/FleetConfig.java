package io.slotgate.proxy.config;

import io.slotgate.topology.model.HostPort;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The proxies in front of one cluster, and how this one finds the others.
 *
 * @param name that all proxies in front of one cluster share, and no other: what clients are told of the cluster has ids made
 *        of it
 * @param discovery how the others are found; none for a proxy that is alone
 * @param member our name in the fleet, the same after a restart; null for host name and port
 * @param bind where the others connect to: an address of this machine, or {@code auto}; a port of 1..65535
 * @param advertised where they reach us, if that is elsewhere; null if not
 * @param peers some members, for static discovery
 * @param dnsName whose addresses the members are, for discovery by dns and kubernetes
 * @param dnsServer who is asked for it; null for whatever this machine asks
 * @param tls null for none
 * @param gossipInterval between two comparisons with another member, 100 ms to 1 min
 * @param suspectAfter a member that is silent for so long is taken for gone, 1 s to 5 min
 * @param voters names of the members that agree on settings, an odd number; empty if nobody does
 * @param data folder for what has been agreed on; null for none
 */
public record FleetConfig(String name, FleetDiscovery discovery, @Nullable String member, Endpoint bind,
        @Nullable HostPort advertised, List<HostPort> peers, @Nullable String dnsName, @Nullable HostPort dnsServer,
        @Nullable FleetTlsConfig tls, Duration gossipInterval, Duration suspectAfter, List<String> voters,
        @Nullable Path data) {
    /** Stands for the first address of this machine that others can reach. */
    public static final String AUTO = "auto";

    public FleetConfig {
        peers = List.copyOf(peers);
        voters = List.copyOf(voters);
        Problems problems = new Problems();
        problems.word("name", name);
        if (member != null) {
            problems.toldWord("member", member);
        }
        switch (discovery) {
            case NONE -> {
                if (!voters.isEmpty()) {
                    problems.unexpected("voters", voters, "none, for a proxy that is alone");
                }
            }
            case STATIC -> {
                if (peers.isEmpty()) {
                    problems.unexpected("peers", "none", "at least one host:port of a member");
                }
            }
            case DNS, KUBERNETES -> {
                if (dnsName == null) {
                    problems.unexpected("dns-name", "missing", "a name whose addresses are the members");
                }
            }
        }
        if (dnsName != null) {
            problems.word("dns-name", dnsName);
        }
        problems.range("bind.port", bind.port(), 1, 65535);
        if (bind.host().equals("0.0.0.0") || bind.host().equals("::")) {
            problems.unexpected("bind.host", bind.host(), "an address that other members can connect to, or " + AUTO);
        }
        problems.duration("gossip-interval", gossipInterval, Duration.ofMillis(100), Duration.ofMinutes(1));
        problems.duration("suspect-after", suspectAfter, Duration.ofSeconds(1), Duration.ofMinutes(5));
        for (int i = 0; i < voters.size(); i++) {
            problems.word("voters[" + i + "]", voters.get(i));
            if (voters.indexOf(voters.get(i)) < i) {
                problems.unexpected("voters[" + i + "]", voters.get(i), "each name once");
            }
        }
        if (!voters.isEmpty()) {
            if (member == null) {
                problems.unexpected("member", "missing", "our name, since there are voters");
            }
            if (data == null) {
                problems.unexpected("data", "missing", "a folder, since there are voters");
            }
        }
        problems.throwIfAny();
    }

    /** A proxy that is the only one of its fleet. */
    public static FleetConfig alone(String name) {
        return new FleetConfig(name, FleetDiscovery.NONE, null, new Endpoint(AUTO, 7800), null, List.of(), null, null,
                null,
                Duration.ofSeconds(2), Duration.ofSeconds(10), List.of(), null);
    }

    /** The same with a folder for what has been agreed on. */
    public FleetConfig withData(Path folder) {
        return new FleetConfig(name, discovery, member, bind, advertised, peers, dnsName, dnsServer, tls,
                gossipInterval,
                suspectAfter, voters, folder);
    }
}
