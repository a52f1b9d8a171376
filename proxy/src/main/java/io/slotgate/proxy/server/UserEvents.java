package io.slotgate.proxy.server;

import io.netty.buffer.ByteBuf;
import io.slotgate.proxy.redirect.Redirects;
import io.slotgate.proxy.upstream.GreetingRefusedException;
import io.slotgate.proxy.upstream.Pending;
import io.slotgate.proxy.upstream.UpstreamChannel;
import io.slotgate.proxy.upstream.UpstreamEvents;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What happens on the channels of a user of the cluster, or to a database: as on others, but a node may refuse the user, or the database, and that
 * is no failure.
 */
final class UserEvents implements UpstreamEvents {
    private final Redirects redirects;
    private final @Nullable Reintroduction reintroduction;
    private final Consumer<String> refused;

    /** @param reintroduction tells nodes of the user that don't know it; null: it is not our user */
    UserEvents(Redirects redirects, @Nullable Reintroduction reintroduction, Consumer<String> refused) {
        this.redirects = redirects;
        this.reintroduction = reintroduction;
        this.refused = refused;
    }

    @Override
    public boolean onError(UpstreamChannel channel, Pending pending, ByteBuf buffer, int start, int end) {
        return redirects.onError(channel, pending, buffer, start, end);
    }

    @Override
    public void onConnectionLost(UpstreamChannel channel) {
        redirects.onConnectionLost(channel);
    }

    @Override
    public void onLost(UpstreamChannel channel, Pending pending, boolean sent) {
        redirects.onLost(channel, pending, sent);
    }

    @Override
    public void onReady(UpstreamChannel channel) {
        if (reintroduction != null) {
            reintroduction.onAccepted(channel.key().node());
        }
        redirects.onReady(channel);
    }

    @Override
    public void onSilence(UpstreamChannel channel) {
        redirects.onSilence(channel);
    }

    @Override
    public void onUnavailable(UpstreamChannel channel, Throwable cause) {
        if (!(cause instanceof GreetingRefusedException refusal) || refusal.passes()) {
            redirects.onUnavailable(channel, cause);
        } else if (reintroduction == null) {
            refused.accept(String.valueOf(cause.getMessage()));
        } else {
            reintroduction.onRefused(channel.key().node(), String.valueOf(cause.getMessage()), refused);
        }
    }
}
