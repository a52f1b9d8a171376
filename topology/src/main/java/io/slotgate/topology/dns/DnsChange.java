package io.slotgate.topology.dns;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/**
 * One change of a record.
 *
 * @param delete whether it goes; else it is put, whatever was in its place
 */
record DnsChange(boolean delete, DnsRecord record) {
    /** What turns {@code present} into {@code wanted}: nothing, if they are alike. In a fixed order, what comes before what goes. */
    static List<DnsChange> between(Collection<DnsRecord> present, Collection<DnsRecord> wanted) {
        List<DnsChange> changes = new ArrayList<>();
        for (DnsRecord record : new TreeSet<>(wanted)) {
            if (!present.contains(record)) {
                changes.add(new DnsChange(false, record));
            }
        }
        for (DnsRecord record : new TreeSet<>(present)) {
            if (wanted.stream().noneMatch(record::isInPlaceOf)) {
                changes.add(new DnsChange(true, record));
            }
        }
        return changes;
    }
}
