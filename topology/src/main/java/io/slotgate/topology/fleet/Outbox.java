package io.slotgate.topology.fleet;

/**
 * How messages leave.
 *
 * @param <A> what members are addressed by
 */
interface Outbox<A> {
    /** To every other member. */
    void toAll(byte[] message);

    void to(A member, byte[] message);
}
