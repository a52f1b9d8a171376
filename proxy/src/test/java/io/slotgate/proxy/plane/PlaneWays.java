package io.slotgate.proxy.plane;

import io.netty.buffer.ByteBuf;
import io.slotgate.proxy.config.Limits;
import io.slotgate.proxy.config.Upstream;
import io.slotgate.proxy.facade.UpstreamUser;
import io.slotgate.proxy.pubsub.Census;
import io.slotgate.proxy.pubsub.Desk;
import io.slotgate.proxy.pubsub.Hub;
import io.slotgate.proxy.redirect.Parking;
import io.slotgate.proxy.redirect.Redirects;
import io.slotgate.proxy.redirect.TopologyFeedback;
import io.slotgate.proxy.session.MadeUsers;
import io.slotgate.proxy.session.UserChannels;
import io.slotgate.proxy.upstream.Connector;
import io.slotgate.proxy.upstream.GreetingRefusedException;
import io.slotgate.proxy.upstream.Pending;
import io.slotgate.proxy.upstream.UpstreamChannel;
import io.slotgate.proxy.upstream.UpstreamEvents;
import io.slotgate.proxy.upstream.Upstreams;
import io.slotgate.proxy.worker.Worker;
import io.slotgate.topology.model.HostPort;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A plane's channels to other databases than 0, and as users of the cluster. */
final class PlaneWays implements UserChannels.Factory, MadeUsers {
    private final Worker worker;
    private final Upstream settings;
    private final Connector connector;
    private final Upstreams own;
    private final TopologyFeedback feedback;

    PlaneWays(Worker worker, Upstream settings, Connector connector, Upstreams own, TopologyFeedback feedback) {
        this.worker = worker;
        this.settings = settings;
        this.connector = connector;
        this.own = own;
        this.feedback = feedback;
    }

    @Override
    public UserChannels open(@Nullable UpstreamUser user, int database, @Nullable Desk desk, Consumer<String> refused) {
        Parking parking = new Parking(worker, settings.failoverPatience().toNanos(),
                Limits.defaults().parkedBytesPerWorker());
        Redirects redirects = new Redirects(worker, parking, feedback, false);
        Connector ofUser = user == null ? connector : connector.as(user.name(), user.password());
        Upstreams channels = new Upstreams(worker, own.pendings(), ofUser.selecting(database),
                new Events(redirects, error -> worker.loop().execute(() -> refused.accept(error))));
        redirects.serve(channels);
        parking.serve(channels);
        channels.followAs(own);
        if (desk != null) {
            return new UserChannels(channels, parking, redirects, desk, null);
        }
        Hub hub = new Hub(worker, channels, feedback, new Census(), settings.failoverPatience().toMillis());
        return new UserChannels(channels, parking, redirects,
                new Desk(worker, hub, Limits.defaults().pubsub().subscriptionBytesPerWorker()), hub);
    }

    @Override
    public boolean has(String name) {
        return false;
    }

    @Override
    public @Nullable String refusal(String name) {
        return null;
    }

    @Override
    public CompletableFuture<Void> again(HostPort node) {
        throw new AssertionError("no user is made");
    }

    private record Events(Redirects redirects, Consumer<String> refused) implements UpstreamEvents {
        @Override
        public boolean onError(UpstreamChannel channel, Pending pending, ByteBuf buffer, int start, int end) {
            return redirects.onError(channel, pending, buffer, start, end);
        }

        @Override
        public void onLost(UpstreamChannel channel, Pending pending, boolean sent) {
            redirects.onLost(channel, pending, sent);
        }

        @Override
        public void onReady(UpstreamChannel channel) {
            redirects.onReady(channel);
        }

        @Override
        public void onSilence(UpstreamChannel channel) {
            redirects.onSilence(channel);
        }

        @Override
        public void onUnavailable(UpstreamChannel channel, Throwable cause) {
            if (cause instanceof GreetingRefusedException) {
                refused.accept(String.valueOf(cause.getMessage()));
            } else {
                redirects.onUnavailable(channel, cause);
            }
        }
    }
}
