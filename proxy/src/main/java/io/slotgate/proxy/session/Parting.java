package io.slotgate.proxy.session;

/** How a client is let go that did not ask for it: the less time is left, the less is waited for. */
public enum Parting {
    /** If it has been silent for a while and is in the middle of nothing, subscriptions included. */
    WHEN_SILENT,
    /** As soon as all it has sent is answered, unless it is in a transaction, watches keys or blocks; a client that only listens, at once. */
    BETWEEN_COMMANDS,
    /**
     * Nothing more is read, and it goes when what was sent to nodes is answered; a client that blocks, when
     * its node has let it go; not if it is sending a large value.
     */
    BEHIND_REPLIES
}
