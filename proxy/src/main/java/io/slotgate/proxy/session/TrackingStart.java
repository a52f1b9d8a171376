package io.slotgate.proxy.session;

import io.netty.buffer.ByteBuf;
import io.slotgate.proxy.clients.ClientSearch;
import io.slotgate.proxy.facade.ClientTracking;
import io.slotgate.proxy.resp.ReplyWriter;
import io.slotgate.proxy.tracking.Prefixes;
import io.slotgate.proxy.tracking.TrackingDesk;
import io.slotgate.proxy.upstream.Pending;
import org.jspecify.annotations.Nullable;

/**
 * A CLIENT TRACKING command: confirmed when all primaries tell of what changes, so that nothing that is read afterwards changes
 * unnoticed. The session does nothing else meanwhile. Confined to its worker.
 */
final class TrackingStart implements TrackingDesk.Waiter {
    private final SessionTracking tracking;
    private final SessionRoom room;
    private final TrackingOptions options;
    private final Pending pending;
    private @Nullable ClientTracking settings;
    private SessionTracking.@Nullable Redirect redirect;
    private @Nullable Prefixes needed;
    private boolean over;

    TrackingStart(SessionTracking tracking, SessionRoom room, TrackingOptions options, Pending pending) {
        this.tracking = tracking;
        this.room = room;
        this.options = options;
        this.pending = pending;
    }

    void begin() {
        if (options.redirect().isEmpty()) {
            proceed();
            return;
        }
        ClientSearch.find(room.directory(), options.redirect().getAsLong(), found -> {
            if (over) {
                return;
            }
            if (found == null || !(found.client() instanceof Session target)) {
                fail("ERR The client ID you want redirect to does not exist");
                return;
            }
            redirect = new SessionTracking.Redirect(options.redirect().getAsLong(), target, found.loop());
            proceed();
        });
    }

    private void proceed() {
        String error = options.error();
        if (error == null && options.on()) {
            error = options.conflict(tracking.settings());
        }
        if (error != null) {
            fail(error);
        } else if (options.on()) {
            turnOn();
        } else {
            tracking.off();
            confirm();
        }
    }

    private void turnOn() {
        ClientTracking wanted = options.applied(tracking.settings());
        int most = room.limits().configured().tracking().prefixesPerSession();
        if (wanted.prefixes().size() > most) {
            fail("ERR Slotgate: a client may have " + most + " prefixes (limits.tracking.prefixes-per-session)");
            return;
        }
        settings = wanted;
        Prefixes keys = wanted.bcast() ? Prefixes.of(wanted.prefixes()) : Prefixes.ALL;
        needed = keys;
        room.trackingDesk().need(keys, this);
    }

    @Override
    public void onCovered() {
        ClientTracking wanted = settings;
        Prefixes keys = needed;
        if (!over && wanted != null && keys != null) {
            needed = null;
            tracking.on(wanted, keys, redirect);
            confirm();
        }
    }

    @Override
    public void onFailed(String error) {
        if (!over) {
            fail(error);
        }
    }

    private void fail(String error) {
        ByteBuf reply = room.worker().scratch();
        ReplyWriter.error(reply, error);
        end(reply);
    }

    private void confirm() {
        ByteBuf reply = room.worker().scratch();
        ReplyWriter.simple(reply, "OK");
        end(reply);
    }

    private void end(ByteBuf reply) {
        stop();
        pending.answer(room.worker(), reply);
    }

    private void stop() {
        over = true;
        tracking.starting(null);
        room.trackingDesk().forget(this);
        Prefixes keys = needed;
        if (keys != null) {
            needed = null;
            room.trackingDesk().noNeed(keys);
        }
    }

    /** The client left. */
    void cancel() {
        onFailed("ERR closed");
    }
}
