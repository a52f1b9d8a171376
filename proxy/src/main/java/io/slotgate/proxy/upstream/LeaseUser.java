package io.slotgate.proxy.upstream;

/**
 * Who sends on a lease and looks after what goes wrong there: no error is followed and nothing is repeated for it. Any other
 * {@link Requester} on a lease is treated as on a shared channel.
 */
public interface LeaseUser extends Requester {
    /**
     * The connection was lost before the answer came; the pending command, bytes and all, is the user's again.
     *
     * @param sent whether the command may have reached the node
     */
    void onLeaseLost(Pending pending, boolean sent);
}
