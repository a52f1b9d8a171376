package io.slotgate.admin.api;

import io.javalin.http.Context;
import io.slotgate.admin.http.FieldProblem;
import io.slotgate.admin.http.Json;
import io.slotgate.admin.http.Refusal;
import io.slotgate.admin.operations.Failover;
import io.slotgate.admin.operations.Operation;
import io.slotgate.admin.operations.Operations;
import io.slotgate.admin.operations.RestartPlan;
import io.slotgate.admin.security.Actor;
import io.slotgate.admin.security.AuditLog;
import io.slotgate.admin.security.Gatekeeper;
import io.slotgate.admin.security.Role;
import io.slotgate.admin.settings.SettingsService;
import io.slotgate.admin.view.ProxyView;
import io.slotgate.topology.discovery.FailoverMode;
import io.slotgate.topology.model.HostPort;
import io.slotgate.topology.model.Node;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What is done to the cluster, and how far it has come. */
final class OperationsResource {
    private static final String AVOIDED = "reads.avoid";
    private static final int ATTEMPTS = 5;

    private final ProxyView proxy;
    private final Operations operations;
    private final SettingsService settings;
    private final AuditLog audit;

    private record FailoverRequest(@Nullable String to, @Nullable String mode) {}

    private record ListBody(List<Operation.Snapshot> items) {}

    OperationsResource(ProxyView proxy, Operations operations, SettingsService settings, AuditLog audit) {
        this.proxy = proxy;
        this.audit = audit;
        this.operations = operations;
        this.settings = settings;
    }

    /** @param self the resource, from when the proxy is there */
    static void register(Routes routes, Supplier<OperationsResource> self) {
        routes.post("/shards/{id}/failover", Role.OPERATOR, context -> self.get().failover(context));
        routes.post("/nodes/{id}/avoid", Role.OPERATOR, context -> self.get().avoid(context, true));
        routes.delete("/nodes/{id}/avoid", Role.OPERATOR, context -> self.get().avoid(context, false));
        routes.get("/rolling-restart", context -> self.get().plan(context));
        routes.get("/operations", context -> self.get().list(context));
        routes.get("/operations/{id}", context -> self.get().one(context));
        routes.delete("/operations/{id}", Role.OPERATOR, context -> self.get().cancel(context));
    }

    /** 202, with where to look. */
    static Object accepted(Context context, Operation operation) {
        context.status(202).header("Location", Routes.ROOT + "/operations/" + operation.id());
        return operation.snapshot();
    }

    private Object failover(Context context) {
        Parameters.only(context, Set.of());
        FailoverRequest request = Json.body(context, FailoverRequest.class);
        String shard = context.pathParam("id");
        Failover failover = new Failover(proxy, shard, request.to(), mode(request.mode()));
        return accepted(context,
                operations.begin(Gatekeeper.actor(context), "failover", "shard " + failover.shard(), true, failover));
    }

    private static FailoverMode mode(@Nullable String word) {
        if (word == null) {
            return FailoverMode.GRACEFUL;
        }
        for (FailoverMode mode : FailoverMode.values()) {
            if (mode.name().toLowerCase(Locale.ROOT).equals(word)) {
                return mode;
            }
        }
        throw Refusal.of("mode", word, "graceful, force or takeover");
    }

    /** A setting like others: all proxies of the fleet keep away, and it stands until it is taken back. */
    private Object avoid(Context context, boolean avoid) throws InterruptedException {
        Parameters.only(context, Set.of());
        HostPort node = node(context.pathParam("id"));
        Actor actor = Gatekeeper.actor(context);
        return audit.change(actor, avoid ? "node avoid" : "node use", node.toString(),
                () -> avoid(actor, node.toString(), avoid),
                outcome -> new AuditLog.Done(node.toString(), outcome.before(), outcome.after()));
    }

    /** Others may change the same list at the same time: none of them must be lost. */
    private SettingsService.Outcome avoid(Actor actor, String node, boolean avoid) throws InterruptedException {
        for (int attempt = 1;; attempt++) {
            SettingsService.State state = settings.state();
            Set<String> avoided = new TreeSet<>(state.list(AVOIDED));
            if (avoid) {
                avoided.add(node);
            } else {
                avoided.remove(node);
            }
            try {
                return settings.change(actor, state.version(), Map.of(AVOIDED, String.join(",", avoided)), Set.of(),
                        false);
            } catch (Refusal refused) {
                if (refused.problem().status() != 409 || attempt == ATTEMPTS) {
                    throw refused;
                }
            }
        }
    }

    private HostPort node(String id) {
        return proxy.slots().nodes().stream()
                .filter(each -> each.id().equals(id) || each.address().toString().equals(id))
                .map(Node::address).findFirst().orElseThrow(() -> Refusal.missing("node", id));
    }

    private Object plan(Context context) {
        Parameters.only(context, Set.of());
        return RestartPlan.of(proxy.slots(), proxy.nodeHealth());
    }

    private Object list(Context context) {
        Parameters.only(context, Set.of());
        return new ListBody(operations.all());
    }

    private Object one(Context context) {
        Parameters.only(context, Set.of());
        return operations.find(context.pathParam("id")).snapshot();
    }

    private Object cancel(Context context) {
        Parameters.only(context, Set.of());
        Operation operation = operations.find(context.pathParam("id"));
        if (!operation.cancel()) {
            Operation.Snapshot now = operation.snapshot();
            throw new Refusal(409, new FieldProblem("operation " + now.id(), now.state().name().toLowerCase(Locale.ROOT)
                    + (now.state() == Operation.State.RUNNING ? ", and can't be cancelled" : ""), "running"));
        }
        audit.record(Gatekeeper.actor(context), "operation cancel", "operation " + operation.id(), null, null,
                "requested");
        context.status(202);
        return operation.snapshot();
    }
}
