package io.slotgate.proxy.session;

import io.slotgate.proxy.config.Limits;
import io.slotgate.proxy.resp.RequestLimits;

/**
 * The bounds of a session, made ready for the hot path.
 *
 * @param configured as configured
 * @param authenticated how large commands may be
 * @param unauthenticated how large they may be before AUTH
 */
record SessionLimits(Limits configured, RequestLimits authenticated, RequestLimits unauthenticated) {
    static SessionLimits of(Limits limits) {
        return new SessionLimits(limits,
                new RequestLimits(limits.bulkBytes(), limits.arguments(), limits.inlineBytes(), true),
                new RequestLimits(limits.unauthenticatedBulkBytes(), limits.unauthenticatedArguments(),
                        limits.inlineBytes(), false));
    }
}
