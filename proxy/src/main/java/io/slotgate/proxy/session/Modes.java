package io.slotgate.proxy.session;

import io.slotgate.proxy.facade.ClientState;
import io.slotgate.proxy.transaction.TransactionState;
import org.jspecify.annotations.Nullable;

/**
 * What a client has set up for the commands to come: an open transaction, watched keys, subscriptions, tracking. One session's;
 * confined to its worker's event loop.
 */
final class Modes {
    private final Session session;
    private final SessionRoom room;
    private final ClientState client;
    private TransactionState transaction = TransactionState.IDLE;
    private @Nullable Watch watch;
    private boolean restricted;
    private boolean special;
    private @Nullable SessionSubscriptions subscriptions;
    private @Nullable SessionTracking tracking;

    Modes(Session session, SessionRoom room, ClientState client) {
        this.session = session;
        this.room = room;
        this.client = client;
    }

    /** Whether commands may have to be handled otherwise than by sending them: because of anything here. */
    boolean special() {
        return special;
    }

    TransactionState transaction() {
        return transaction;
    }

    void transaction(TransactionState state) {
        transaction = state;
        client.transaction(state == TransactionState.IDLE ? -1 : 0, client.watched());
        noteSpecial();
    }

    /** What guards the next transaction; null if nothing does. */
    @Nullable
    Watch watch() {
        return watch;
    }

    void watch(@Nullable Watch watch) {
        this.watch = watch;
        if (watch == null) {
            client.transaction(client.queued(), 0);
        }
        noteSpecial();
    }

    /** Whether the client subscribed in RESP2, and may do little else. */
    boolean restricted() {
        return restricted;
    }

    void restricted(boolean restricted) {
        this.restricted = restricted;
        noteSpecial();
    }

    /** What the session is subscribed to. */
    SessionSubscriptions subscriptions() {
        SessionSubscriptions all = subscriptions;
        if (all == null) {
            all = new SessionSubscriptions(session, room.limits().configured().pubsub());
            subscriptions = all;
        }
        return all;
    }

    /** Whether it is subscribed to anything. */
    boolean subscribed() {
        return subscriptions != null && subscriptions.total() > 0;
    }

    /** Whether it is subscribed to something by way of {@code plane}. */
    boolean subscribedBy(UserPlane plane) {
        return plane.ownsDesk() && subscriptions != null && subscriptions.isAt(plane.desk());
    }

    /**
     * Whether it is subscribed and reads too slowly.
     *
     * @param unread bytes that wait for the client
     * @param now {@link System#nanoTime}
     */
    boolean subscriberTooSlow(long unread, long now) {
        return subscriptions != null && subscriptions.tooSlow(unread, now);
    }

    /** The session's tracking of keys; null if it never asked for that. */
    @Nullable
    SessionTracking tracking() {
        return tracking;
    }

    /** The session's tracking of keys, which it has asked for. */
    SessionTracking beginTracking() {
        SessionTracking mine = tracking;
        if (mine == null) {
            mine = new SessionTracking(session, room);
            tracking = mine;
            noteSpecial();
        }
        return mine;
    }

    private void noteSpecial() {
        special = transaction != TransactionState.IDLE || watch != null || restricted || tracking != null;
    }

    /** The client may have changed what it is. */
    void clientChanged() {
        if (subscriptions != null) {
            subscriptions.clientChanged();
        }
        if (tracking != null) {
            tracking.clientChanged();
        }
    }

    /** The client is gone: nothing is sent for it any more. */
    void close() {
        if (subscriptions != null) {
            subscriptions.close();
        }
        if (tracking != null) {
            tracking.close();
        }
    }
}
