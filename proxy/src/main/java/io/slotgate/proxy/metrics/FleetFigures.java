package io.slotgate.proxy.metrics;

/**
 * What a proxy counts of its fleet; all but {@code members} are 0 for a proxy that is alone.
 *
 * @param members members that are there, ourselves included
 * @param cutOff whether no majority of the fleet's voters can be reached, so that nothing new can be agreed on
 * @param received messages of other members
 * @param sent messages to other members
 * @param receivedBytes bytes of messages received
 * @param sentBytes bytes of messages sent, one to all counted once
 * @param malformed messages that could not be read
 * @param overflowed messages and finds that did not fit into the inbox
 * @param unsent messages that could not be sent
 * @param changes changes that others told
 * @param healed times anti-entropy found us behind
 * @param delayMillis how long the latest change took to come here
 * @param failedLookups times the name of the members gave no address
 * @param questions to the others, one to all counted once
 * @param unanswered answers of others that were waited for in vain
 * @param refused questions of others that could not be answered
 * @param dnsChanges records put and removed
 * @param dnsFailures requests to the DNS service that failed
 * @param dnsLeftOut members without records because they are known by a host name, as the member that writes them counts
 */
public record FleetFigures(long members, boolean cutOff, long received, long sent, long receivedBytes, long sentBytes,
        long malformed,
        long overflowed, long unsent, long changes, long healed, long delayMillis, long failedLookups,
        long questions, long unanswered, long refused,
        long dnsChanges, long dnsFailures, int dnsLeftOut) {
    /** Of a proxy that is alone. */
    public static final FleetFigures ALONE = new FleetFigures(1, false, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
            0, 0, 0);
}
