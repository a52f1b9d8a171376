package io.slotgate.topology.dns;

import java.util.List;
import java.util.Set;

/** The zone that holds the records. Calls block. */
interface HostedZone extends AutoCloseable {
    /** Our records that are there. */
    Set<DnsRecord> records();

    /** Makes all of these changes, or none. */
    void change(List<DnsChange> changes);

    @Override
    void close();
}
