package io.slotgate.topology.fleet;

import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jgroups.Address;
import org.jgroups.Message;
import org.jgroups.Receiver;
import org.jgroups.View;
import org.jgroups.util.MessageBatch;

/** What comes from JGroups, on its threads: handed on, unless it is of no use. */
final class Inbound implements Receiver {
    private final FleetCounters counters;
    private final Consumer<View> views;
    private final BiConsumer<Address, byte[]> messages;

    /** Where it all goes must not block. */
    Inbound(FleetCounters counters, Consumer<View> views, BiConsumer<Address, byte[]> messages) {
        this.counters = counters;
        this.views = views;
        this.messages = messages;
    }

    @Override
    public void viewAccepted(View view) {
        views.accept(view);
    }

    @Override
    public void receive(Message message) {
        if (!message.hasArray() || message.getLength() > FleetCodec.LONGEST) {
            counters.malformed.incrementAndGet();
            return;
        }
        byte[] bytes = new byte[message.getLength()];
        System.arraycopy(message.getArray(), message.getOffset(), bytes, 0, bytes.length);
        messages.accept(message.getSrc(), bytes);
    }

    @Override
    public void receive(MessageBatch batch) {
        for (Message message : batch) {
            receive(message);
        }
    }
}
