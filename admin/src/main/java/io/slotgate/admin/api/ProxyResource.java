package io.slotgate.admin.api;

import io.javalin.http.Context;
import io.slotgate.admin.http.FieldProblem;
import io.slotgate.admin.http.Json;
import io.slotgate.admin.http.Refusal;
import io.slotgate.admin.operations.Draining;
import io.slotgate.admin.operations.Operation;
import io.slotgate.admin.operations.Operations;
import io.slotgate.admin.operations.TakingIn;
import io.slotgate.admin.security.Actor;
import io.slotgate.admin.security.Gatekeeper;
import io.slotgate.admin.security.Role;
import io.slotgate.admin.settings.SettingsService;
import io.slotgate.admin.view.ProxyView;
import io.slotgate.proxy.config.Limits;
import io.slotgate.proxy.metrics.Metric;
import io.slotgate.proxy.upstream.ChannelReport;
import io.slotgate.topology.fleet.Member;
import io.slotgate.topology.model.SlotMap;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** This proxy and its fleet: how they are, what they may take, and letting clients go. */
final class ProxyResource {
    private static final Duration LONGEST_DRAIN = Duration.ofHours(1);
    private static final String DRAIN = "drain";
    private static final String SELF = "this proxy";
    private static final Comparator<ChannelBody> CHANNELS = Comparator.comparing(ChannelBody::node)
            .thenComparing(ChannelBody::lane).thenComparingInt(ChannelBody::worker);

    private final ProxyView proxy;
    private final Figures figures;
    private final SettingsService settings;
    private final Operations operations;

    /**
     * @param member null: it has no name in a fleet
     * @param cutOff whether no majority of the fleet's voters can be reached
     */
    private record StatusBody(String version, @Nullable String member, @Nullable String zone, boolean ready,
            boolean draining, int connections, long topologyVersion, int coveredSlots, int unwellSlots, int shards,
            int nodes, int proxies, boolean cutOff, long settingsVersion, long uptimeSeconds) {}

    private record MemberBody(String id, @Nullable String zone, String address, String version, String state,
            int sessions, int cpuPercent, String mapDigest, long settingsVersion, boolean self) {}

    private record ListBody<T>(List<T> items) {}

    private record ChannelBody(int worker, String node, String lane, int protocol, String state, int waiting) {}

    /** @param used null: it is not counted as one figure */
    private record LimitBody(String name, long most, @Nullable Long used) {}

    private record DrainRequest(@Nullable String timeout) {}

    private record FiguresBody(long atMillis, Map<String, Long> figures) {}

    ProxyResource(ProxyView proxy, Figures figures, SettingsService settings, Operations operations) {
        this.proxy = proxy;
        this.figures = figures;
        this.settings = settings;
        this.operations = operations;
    }

    /** @param self the resource, from when the proxy is there */
    static void register(Routes routes, Supplier<ProxyResource> self) {
        routes.get("/status", context -> self.get().status(context));
        routes.shared("/proxies", context -> self.get().proxies(context));
        routes.shared("/channels", context -> self.get().channels(context));
        routes.shared("/limits", context -> self.get().limits(context));
        routes.shared("/figures", context -> self.get().figures(context));
        routes.post("/drain", Role.OPERATOR, context -> self.get().drain(context));
        routes.delete("/drain", Role.OPERATOR, context -> self.get().takeIn(context));
    }

    private Object status(Context context) {
        Parameters.only(context, Set.of());
        SlotMap map = proxy.slots();
        List<Member> members = proxy.members();
        Member self = members.isEmpty() ? null : members.getFirst();
        return new StatusBody(self == null ? "unknown" : self.version(), self == null ? null : self.id(),
                self == null ? null : self.zone(), proxy.ready(), proxy.draining(), proxy.connections(), map.version(),
                map.coveredSlots(), map.unwellSlots(), map.shards().size(), map.nodes().size(), members.size(),
                proxy.fleet().cutOff(), settings.version(),
                ManagementFactory.getRuntimeMXBean().getUptime() / 1000);
    }

    private Object proxies(Context context) {
        Parameters.only(context, Set.of());
        List<MemberBody> bodies = new ArrayList<>();
        for (Member member : proxy.members()) {
            bodies.add(new MemberBody(member.id(), member.zone(), member.address().toString(), member.version(),
                    member.state().name().toLowerCase(Locale.ROOT), member.sessions(), member.cpuPercent(),
                    Long.toHexString(member.mapDigest()), member.settingsVersion(), bodies.isEmpty()));
        }
        return new ListBody<>(bodies);
    }

    private Object channels(Context context) throws InterruptedException {
        Parameters.only(context, Set.of("after", "limit"));
        List<ChannelBody> bodies = new ArrayList<>();
        List<CompletableFuture<List<ChannelReport>>> workers = proxy.channels();
        for (int i = 0; i < workers.size(); i++) {
            for (ChannelReport report : Workers.await(workers.get(i))) {
                bodies.add(new ChannelBody(i, report.node().toString(), report.lane().toLowerCase(Locale.ROOT),
                        report.protocol(), report.state().toLowerCase(Locale.ROOT), report.waiting()));
            }
        }
        bodies.sort(CHANNELS);
        return Page.ofNumbered(context, bodies);
    }

    private Object limits(Context context) throws InterruptedException {
        Parameters.only(context, Set.of());
        Limits limits = proxy.settings().limits();
        Map<Metric, Long> now = figures.totals().figures();
        int workers = Math.max(1, proxy.workers().size());
        return new ListBody<>(List.of(
                new LimitBody("connections", limits.connections(), (long) proxy.connections()),
                new LimitBody("replay-bytes", limits.replayBytesPerWorker() * workers, now.get(Metric.KEPT_BYTES)),
                new LimitBody("parked-bytes", limits.parkedBytesPerWorker() * workers, now.get(Metric.PARKED_BYTES)),
                new LimitBody("output-bytes", limits.outputBytesPerWorker() * workers, now.get(Metric.OUTPUT_BYTES)),
                new LimitBody("transaction-bytes", limits.transactionBytesPerWorker() * workers,
                        now.get(Metric.QUEUED_BYTES)),
                new LimitBody("leases",
                        (long) limits.leasesPerNode() * workers * Math.max(1, proxy.slots().nodes().size()),
                        now.get(Metric.LEASES)),
                new LimitBody("subscription-bytes", limits.pubsub().subscriptionBytesPerWorker() * workers,
                        now.get(Metric.SUBSCRIPTION_BYTES)),
                new LimitBody("tracked-keys", (long) limits.tracking().keysPerWorker() * workers,
                        now.get(Metric.TRACKED_KEYS)),
                new LimitBody("bulk-bytes", limits.bulkBytes(), null),
                new LimitBody("arguments", limits.arguments(), null),
                new LimitBody("pending-per-session", limits.pendingPerSession(), null)));
    }

    private Object figures(Context context) throws InterruptedException {
        Parameters.only(context, Set.of());
        return figuresBody();
    }

    /** Totals of all workers by names, as {@code /metrics} has them. */
    Object figuresBody() throws InterruptedException {
        Figures.Totals totals = figures.totals();
        return new FiguresBody(totals.atMillis(), totals.byName());
    }

    private Object drain(Context context) {
        Parameters.only(context, Set.of());
        DrainRequest request = Json.body(context, DrainRequest.class);
        Duration most = request.timeout() == null
                ? proxy.settings().drainTimeout()
                : Parameters.duration("timeout", request.timeout(), LONGEST_DRAIN);
        Actor actor = Gatekeeper.actor(context);
        Operation operation = operations.begin(actor, DRAIN, SELF, true, new Draining(proxy, most));
        return OperationsResource.accepted(context, operation);
    }

    private Object takeIn(Context context) {
        Parameters.only(context, Set.of());
        Operation drain = operations.underWay(DRAIN);
        if (drain == null && !proxy.draining()) {
            throw new Refusal(409, new FieldProblem("this proxy", "serving", "draining, or drained"));
        }
        return OperationsResource.accepted(context, operations.begin(Gatekeeper.actor(context), "undrain", SELF, false,
                new TakingIn(proxy, drain)));
    }
}
