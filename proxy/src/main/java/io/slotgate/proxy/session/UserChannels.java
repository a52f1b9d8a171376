package io.slotgate.proxy.session;

import io.slotgate.proxy.facade.UpstreamUser;
import io.slotgate.proxy.pubsub.Desk;
import io.slotgate.proxy.pubsub.Hub;
import io.slotgate.proxy.redirect.Parking;
import io.slotgate.proxy.redirect.Redirects;
import io.slotgate.proxy.upstream.Upstreams;
import io.slotgate.topology.model.SlotMap;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A worker's channels to nodes as one user of the cluster and to one database, where commands wait for them, and where subscriptions are asked for.
 *
 * @param ownHub the hub behind the desk if it is on this worker and these channels alone use it; null: somebody else sees to it
 */
public record UserChannels(Upstreams upstreams, Parking parking, Redirects redirects, Desk desk, @Nullable Hub ownHub) {
    /** Makes the channels of a user to a database. */
    @FunctionalInterface
    public interface Factory {
        /**
         * Makes them.
         *
         * @param user null: who the proxy itself is
         * @param desk where subscriptions are asked for, which belong to no database; null: at a new one
         * @param refused called, with the node's error, when a node does not accept the user any more, or not there
         */
        UserChannels open(@Nullable UpstreamUser user, int database, @Nullable Desk desk, Consumer<String> refused);
    }

    /** From now on commands go where a new slot map says. */
    void follow(SlotMap map) {
        upstreams.follow(map);
        parking.retry();
        if (ownHub != null) {
            ownHub.follow();
        }
    }

    /** From now on commands and subscriptions wait for so long, and no more bytes of commands on the whole worker. */
    void waiting(Duration most, long mostBytes) {
        parking.patience(most.toNanos());
        parking.mostBytes(mostBytes);
        if (ownHub != null) {
            ownHub.patience(most.toMillis());
        }
    }

    void close() {
        if (ownHub != null) {
            ownHub.close();
        }
        upstreams.close();
        parking.close();
    }
}
