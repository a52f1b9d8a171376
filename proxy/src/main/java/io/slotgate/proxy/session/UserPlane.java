package io.slotgate.proxy.session;

import io.slotgate.proxy.config.LiveSettings;
import io.slotgate.proxy.facade.UpstreamUser;
import io.slotgate.proxy.pubsub.Desk;
import io.slotgate.proxy.redirect.Redirects;
import io.slotgate.proxy.route.RouteTable;
import io.slotgate.proxy.upstream.BulkLanes;
import io.slotgate.proxy.upstream.Leases;
import io.slotgate.proxy.upstream.Upstreams;
import io.slotgate.topology.model.HostPort;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The way of commands of one user to one database: channels that are authenticated as this user, have selected the database, and
 * everything that sends by them. Sessions of other users never come near it, so no rule of the cluster's ACL can be got around, nor do
 * those of other databases. Confined to its worker.
 */
final class UserPlane {
    private final @Nullable UpstreamUser user;
    private final int database;
    private final UserChannels channels;
    private final BulkLanes bulkLanes;
    private final Leases leases;
    private final Dispatcher dispatcher;
    private int sessions;
    private long idleSince;

    /**
     * A plane that nobody uses yet.
     *
     * @param user null: who the proxy itself is
     * @param database what its channels have selected; in another than 0 subscriptions are those of the user's plane for 0
     */
    UserPlane(@Nullable UpstreamUser user, int database, SessionRoom room, UserChannels channels, RouteTable routes) {
        this.user = user;
        this.database = database;
        this.channels = channels;
        this.bulkLanes = new BulkLanes(channels.upstreams());
        this.leases = new Leases(room.worker(), channels.upstreams(), () -> room.limits().configured());
        this.dispatcher = new Dispatcher(room, channels, routes);
        this.idleSince = System.nanoTime();
    }

    @Nullable
    UpstreamUser user() {
        return user;
    }

    int database() {
        return database;
    }

    /** Whether commands of this user to this database go by it. */
    boolean isOf(@Nullable UpstreamUser someUser, int someDatabase) {
        return database == someDatabase && Objects.equals(user, someUser);
    }

    /** Whether subscriptions that are asked for at its desk are its own. */
    boolean ownsDesk() {
        return database == 0;
    }

    /**
     * From now on this holds.
     *
     * @param unreadable replicas that are not to be read from
     */
    void apply(LiveSettings settings, Set<HostPort> unreadable) {
        desk().mostBytes(settings.limits().pubsub().subscriptionBytesPerWorker());
        upstreams().replicas().behind(unreadable);
        channels.waiting(settings.failoverPatience(), settings.limits().parkedBytesPerWorker());
    }

    UserChannels channels() {
        return channels;
    }

    Upstreams upstreams() {
        return channels.upstreams();
    }

    Redirects redirects() {
        return channels.redirects();
    }

    Desk desk() {
        return channels.desk();
    }

    BulkLanes bulkLanes() {
        return bulkLanes;
    }

    Leases leases() {
        return leases;
    }

    Dispatcher dispatcher() {
        return dispatcher;
    }

    void acquired() {
        sessions++;
    }

    void released() {
        if (--sessions == 0) {
            idleSince = System.nanoTime();
        }
    }

    /** Whether no session has used it for so long, nor has one that is another user by now left subscriptions here. */
    boolean idle(long nanos, long now) {
        return sessions == 0 && (!ownsDesk() || desk().unused()) && now - idleSince >= nanos;
    }
}
