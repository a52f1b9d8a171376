package io.slotgate.topology.dns;

import io.slotgate.topology.fleet.Member;
import io.slotgate.topology.fleet.MemberState;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which records a fleet should have. Pure.
 *
 * <ul>
 * <li>The regional name answers with the address of every healthy member.
 * <li>{@code <zone>.<name>} answers with those of the zone; with all, as long as the zone has none.
 * <li>Who is known by a host name, and not by an address, is {@linkplain #leftOut left out}.
 * <li>Who drains is left out. If nobody is healthy, but some are not ready yet, there is no plan: what is published stays,
 * for no answer would be worse than one that may fail.
 * </ul>
 */
final class DnsPlan {
    private static final Pattern IPV4 = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");
    private static final int LONGEST_SET_ID = 128;

    private DnsPlan() {}

    static Optional<Set<DnsRecord>> of(DnsSettings settings, List<Member> members) {
        List<Member> healthy = members.stream()
                .filter(member -> member.state() == MemberState.HEALTHY && type(member) != null).toList();
        if (healthy.isEmpty() && members.stream().anyMatch(member -> member.state() != MemberState.DRAINING)) {
            return Optional.empty();
        }
        Set<DnsRecord> records = new TreeSet<>();
        add(records, settings, settings.name(), healthy);
        for (String zone : zones(settings, members)) {
            List<Member> there = healthy.stream().filter(member -> zone.equals(label(member.zone()))).toList();
            add(records, settings, zone + "." + settings.name(), there.isEmpty() ? healthy : there);
        }
        return Optional.of(records);
    }

    /** Members that no record can be made for, because all that is known of them is a host name. */
    static List<Member> leftOut(List<Member> members) {
        return members.stream().filter(member -> member.state() == MemberState.HEALTHY && type(member) == null)
                .toList();
    }

    private static Set<String> zones(DnsSettings settings, List<Member> members) {
        Set<String> zones = settings.zones().stream().map(DnsPlan::label)
                .collect(Collectors.toCollection(TreeSet::new));
        members.forEach(member -> zones.add(label(member.zone())));
        zones.remove("");
        return zones;
    }

    /** A zone as a label of a name: what can't stand there becomes a hyphen. */
    private static String label(@Nullable String zone) {
        return zone == null
                ? ""
                : zone.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9-]+", "-").replaceAll("^-+|-+$", "");
    }

    private static void add(Set<DnsRecord> records, DnsSettings settings, String name, List<Member> members) {
        for (Member member : members) {
            String type = type(member);
            String setId = settings.mark() + member.id();
            if (type != null) {
                records.add(new DnsRecord(name, type, setId.substring(0, Math.min(LONGEST_SET_ID, setId.length())),
                        member.address().host(), settings.ttl().toSeconds()));
            }
        }
    }

    /** Kind of record for the member's address; none for a name, which no such record can hold. */
    private static @Nullable String type(Member member) {
        String host = member.address().host();
        if (IPV4.matcher(host).matches()) {
            return "A";
        }
        return host.indexOf(':') >= 0 ? "AAAA" : null;
    }
}
