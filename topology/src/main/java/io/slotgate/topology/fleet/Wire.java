package io.slotgate.topology.fleet;

import org.jgroups.Address;
import org.jgroups.JChannel;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The way out, through JGroups; on the fleet's thread. */
final class Wire implements Outbox<Address> {
    private static final Logger log = LoggerFactory.getLogger(Wire.class);

    private final JChannel channel;
    private final FleetCounters counters;

    Wire(JChannel channel, FleetCounters counters) {
        this.channel = channel;
        this.counters = counters;
    }

    @Override
    public void toAll(byte[] message) {
        send(null, message);
    }

    @Override
    public void to(Address member, byte[] message) {
        send(member, message);
    }

    private void send(@Nullable Address to, byte[] message) {
        try {
            channel.send(to, message);
        } catch (Exception e) {
            counters.unsent.incrementAndGet();
            log.atDebug().addKeyValue("reason", e.toString()).log("Fleet message not sent");
        }
    }
}
