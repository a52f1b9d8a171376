package io.slotgate.admin.api;

import io.javalin.config.JavalinConfig;
import io.slotgate.admin.http.FieldProblem;
import io.slotgate.admin.http.Refusal;
import io.slotgate.admin.operations.Operations;
import io.slotgate.admin.security.AuditLog;
import io.slotgate.admin.security.Gatekeeper;
import io.slotgate.admin.settings.LogLevels;
import io.slotgate.admin.settings.SettingsService;
import io.slotgate.admin.view.ProxyView;
import io.slotgate.topology.history.HistoryEntry;
import java.time.Clock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The resources under {@code /api/v1}. Until the proxy is there, each is answered that it is starting. Any thread.
 */
public final class Api implements AutoCloseable {
    private final LogLevels levels;
    private final AuditLog audit;
    private volatile @Nullable Resources resources;

    private record Resources(ProxyView view, TopologyResource topology, ClientsResource clients, ProxyResource proxy,
            OperationsResource operations, SettingsResource settings, EventsResource events, SeenResource seen,
            HeatResource heat, LiveResource live,
            SettingsService service,
            Operations running) {}

    /** @param levels where the setting {@code log.level} goes */
    public Api(LogLevels levels) {
        this.levels = levels;
        this.audit = new AuditLog(Clock.systemUTC());
    }

    /** Says what is answered; once, before the server starts. */
    public void register(JavalinConfig config, Gatekeeper gatekeeper) {
        Routes routes = new Routes(config, gatekeeper, new IdempotencyKeys(System::nanoTime), this::changes);
        WhoAmIResource.register(routes, gatekeeper);
        // Before /slots/{slot}, which would take it for a slot.
        HeatResource.register(routes, of(Resources::heat));
        SeenResource.register(routes, of(Resources::seen));
        TopologyResource.register(routes, of(Resources::topology));
        ClientsResource.register(routes, of(Resources::clients));
        ProxyResource.register(routes, of(Resources::proxy));
        OperationsResource.register(routes, of(Resources::operations));
        SettingsResource.register(routes, of(Resources::settings));
        EventsResource.register(routes, of(Resources::events));
        LiveResource.register(routes, of(Resources::live));
    }

    /** Grows with what happens in the cluster, and here. */
    private long changes() {
        Resources attached = resources;
        if (attached == null) {
            return 0;
        }
        HistoryEntry last = attached.view().history().last();
        return 1 + attached.view().slots().version() + (last == null ? 0 : last.id());
    }

    private <T> Supplier<T> of(Function<Resources, T> which) {
        return () -> {
            Resources attached = resources;
            if (attached == null) {
                throw new Refusal(503, "starting: the cluster has not been reached yet, or the listeners are not open",
                        new FieldProblem("proxy", "starting", "serving"));
            }
            return which.apply(attached);
        };
    }

    /** Tells of this proxy from now on, and applies what was agreed on to it. */
    public void attach(ProxyView proxy) {
        Clock clock = Clock.systemUTC();
        Operations operations = new Operations(clock, audit);
        SettingsService settings = new SettingsService(proxy, levels, clock);
        Figures figures = new Figures(proxy);
        ProxyResource own = new ProxyResource(proxy, figures, settings, operations);
        resources = new Resources(proxy, new TopologyResource(proxy, audit), new ClientsResource(proxy, audit), own,
                new OperationsResource(proxy, operations, settings, audit), new SettingsResource(settings, audit),
                new EventsResource(proxy), new SeenResource(proxy, audit), new HeatResource(proxy),
                new LiveResource(new LiveFeed(proxy, own, settings)),
                settings, operations);
    }

    /** Ends streams, and cancels what can be cancelled. */
    @Override
    public void close() {
        Resources attached = resources;
        if (attached != null) {
            attached.live().close();
            attached.running().close();
            attached.service().close();
        }
    }
}
