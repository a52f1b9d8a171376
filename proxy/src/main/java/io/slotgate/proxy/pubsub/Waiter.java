package io.slotgate.proxy.pubsub;

/** Waits until topics are subscribed to at their nodes. Called on the worker of its {@link Desk}. */
public interface Waiter {
    /** One more of the topics it waits for is there. */
    void onConfirmed();

    /** One of them can't be had; the rest is of no use then. */
    void onFailed(String error);
}
