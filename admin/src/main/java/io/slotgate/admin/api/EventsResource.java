package io.slotgate.admin.api;

import io.javalin.http.Context;
import io.slotgate.admin.view.ProxyView;
import io.slotgate.topology.history.HistoryEntry;
import java.util.Set;
import java.util.function.Supplier;

/** What has happened, the oldest first. */
final class EventsResource {
    private final ProxyView proxy;

    EventsResource(ProxyView proxy) {
        this.proxy = proxy;
    }

    /** @param self the resource, from when the proxy is there */
    static void register(Routes routes, Supplier<EventsResource> self) {
        routes.shared("/events", context -> self.get().list(context));
    }

    private Object list(Context context) {
        Parameters.only(context, Set.of("after", "limit"));
        Page<HistoryEntry> page = Page.of(context, proxy.history().since(0), HistoryEntry::id);
        return new Page<>(page.items().stream().map(EventBody::of).toList(), page.next());
    }
}
