package io.slotgate.proxy.session;

import io.slotgate.topology.model.HostPort;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Users of the cluster that this proxy itself makes on the nodes, with the rules it was configured with. For any thread. */
public interface MadeUsers {
    /** Whether this user is one of them. */
    boolean has(String name);

    /** Why a node does not let us make the user, as it says; null if none refuses. */
    @Nullable
    String refusal(String name);

    /** Has all users made once more on a node that does not know one; completes, on any thread, when that was tried. */
    CompletableFuture<Void> again(HostPort node);
}
