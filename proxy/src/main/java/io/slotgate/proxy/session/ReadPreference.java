package io.slotgate.proxy.session;

import io.slotgate.proxy.config.ReadPolicy;
import io.slotgate.proxy.facade.ClientState;

/** Where one session's reads may go. Confined to its worker's event loop. */
final class ReadPreference {
    private final ClientState client;
    private boolean replicas;
    private boolean nearOnly;

    ReadPreference(ClientState client, ReadPolicy policy) {
        this.client = client;
        note(policy);
    }

    /** Looks again. No reads of a client that tracks go to replicas: one may not have yet what the client was told. */
    void note(ReadPolicy policy) {
        boolean asked = client.readsFromReplicas() && policy != ReadPolicy.PRIMARY;
        nearOnly = !asked;
        replicas = (asked || policy == ReadPolicy.PREFER_ZONE_REPLICA) && client.tracking() == null;
    }

    /** Whether they may go to replicas. */
    boolean replicas() {
        return replicas;
    }

    /** Whether only to those in our own zone: the client did not ask for it. */
    boolean nearOnly() {
        return nearOnly;
    }
}
