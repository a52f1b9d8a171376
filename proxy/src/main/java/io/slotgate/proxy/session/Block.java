package io.slotgate.proxy.session;

/** A command that its session waits for, on connections of its own. Confined to its worker. */
sealed interface Block permits Blocking, ReplicaWait {
    /** The client left: the connections are closed at once, so that nothing is taken for it later. */
    void abort();

    /**
     * The client sends nothing more, which counts as leaving, as with a server.
     *
     * @return whether its connection is to be closed now; false: in a moment, for it may be answered by then
     */
    boolean inputEnded();

    /**
     * Ends the wait as CLIENT UNBLOCK does.
     *
     * @param error whether to answer an error instead of what the command answers when its time is over
     */
    void unblock(boolean error);

    /**
     * The proxy is about to stop: the wait ends if it can be ended such that nothing is lost. What was taken for the client by
     * then is still answered; a client for which nothing was has its connection closed without an answer. Of what takes
     * nothing, the end is waited for.
     */
    default void letGo() {}

    /** The server's error for a client that was unblocked with ERROR. */
    String UNBLOCKED = "UNBLOCKED client unblocked via CLIENT UNBLOCK";
}
