package io.slotgate.topology.dns;

import java.util.Comparator;

/**
 * One multivalue answer: an address of a name, told apart from the name's others by an identifier.
 *
 * @param name in lower case, without a dot at its end
 * @param type A or AAAA
 * @param setId identifier, unique for name and type; at most 128 characters
 * @param address what it answers
 * @param ttlSeconds how long it may be kept
 */
record DnsRecord(String name, String type, String setId, String address, long ttlSeconds)
        implements
            Comparable<DnsRecord> {
    private static final Comparator<DnsRecord> ORDER = Comparator.comparing(DnsRecord::name)
            .thenComparing(DnsRecord::type).thenComparing(DnsRecord::setId).thenComparing(DnsRecord::address)
            .thenComparingLong(DnsRecord::ttlSeconds);

    /** Whether both are in the same place, so that one replaces the other. */
    boolean isInPlaceOf(DnsRecord other) {
        return name.equals(other.name) && type.equals(other.type) && setId.equals(other.setId);
    }

    @Override
    public int compareTo(DnsRecord other) {
        return ORDER.compare(this, other);
    }
}
