package io.slotgate.topology.table;

/** Ends a subscription when closed; closing again does nothing. */
@FunctionalInterface
public interface Subscription extends AutoCloseable {
    @Override
    void close();
}
