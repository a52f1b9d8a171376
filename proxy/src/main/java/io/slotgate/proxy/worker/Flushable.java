package io.slotgate.proxy.worker;

/** A connection, or a hub of several, with something to be written or handed on when the turn of the loop ends. */
public interface Flushable {
    /** Writes what has gathered, once, in one go. */
    void flushTurn();

    /** {@link #flushTurn} threw what it should not: this connection has to end, and no other. */
    void failed(Throwable cause);
}
