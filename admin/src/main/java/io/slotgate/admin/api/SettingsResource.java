package io.slotgate.admin.api;

import io.javalin.http.Context;
import io.slotgate.admin.http.Json;
import io.slotgate.admin.http.Refusal;
import io.slotgate.admin.security.Actor;
import io.slotgate.admin.security.AuditLog;
import io.slotgate.admin.security.Gatekeeper;
import io.slotgate.admin.security.Role;
import io.slotgate.admin.settings.SettingsHistory;
import io.slotgate.admin.settings.SettingsService;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Settings that can be changed while the proxy runs, and the record of all changes. */
final class SettingsResource {
    private final SettingsService settings;
    private final AuditLog audit;

    /** @param version the change was made for; null: whatever stands */
    private record ChangeRequest(@Nullable Long version, @Nullable Map<String, String> set,
            @Nullable List<String> unset,
            @Nullable Boolean dryRun) {}

    private record RollbackRequest(@Nullable Long version, @Nullable Boolean dryRun) {}

    private record HistoryBody(List<SettingsHistory.Version> items) {}

    private record AuditBody(List<AuditLog.Entry> items) {}

    SettingsResource(SettingsService settings, AuditLog audit) {
        this.settings = settings;
        this.audit = audit;
    }

    /** @param self the resource, from when the proxy is there */
    static void register(Routes routes, Supplier<SettingsResource> self) {
        routes.get("/settings", context -> self.get().state(context));
        routes.patch("/settings", Role.ADMIN, context -> self.get().change(context));
        routes.get("/settings/history", context -> self.get().history(context));
        routes.post("/settings/rollback", Role.ADMIN, context -> self.get().rollBack(context));
        routes.get("/audit", context -> self.get().audit(context));
    }

    private Object state(Context context) {
        Parameters.only(context, Set.of());
        return settings.state();
    }

    private Object change(Context context) throws InterruptedException {
        Parameters.only(context, Set.of());
        ChangeRequest request = Json.body(context, ChangeRequest.class);
        Map<String, String> set = request.set() == null ? Map.of() : request.set();
        if (set.values().stream().anyMatch(Objects::isNull)) {
            throw Refusal.of("set", "null", "a text for each setting; name it in unset to have it as configured");
        }
        if (request.unset() != null && request.unset().stream().anyMatch(Objects::isNull)) {
            throw Refusal.of("unset", "null", "the name of a setting");
        }
        Set<String> unset = request.unset() == null ? Set.of() : new HashSet<>(request.unset());
        return written(Gatekeeper.actor(context), "settings change", () -> settings.change(Gatekeeper.actor(context),
                request.version(), set, unset, Boolean.TRUE.equals(request.dryRun())));
    }

    private Object rollBack(Context context) throws InterruptedException {
        Parameters.only(context, Set.of());
        RollbackRequest request = Json.body(context, RollbackRequest.class);
        Long version = request.version();
        if (version == null) {
            throw Refusal.of("version", "missing", "a version of the history");
        }
        return written(Gatekeeper.actor(context), "settings rollback to " + version, () -> settings
                .rollBack(Gatekeeper.actor(context), version, Boolean.TRUE.equals(request.dryRun())));
    }

    private Object written(Actor actor, String action, AuditLog.Change<SettingsService.Outcome> change)
            throws InterruptedException {
        return audit.change(actor, action, "settings", change, outcome -> outcome.dryRun()
                ? null
                : new AuditLog.Done("settings version " + outcome.version(), outcome.before(), outcome.after()));
    }

    private Object history(Context context) {
        Parameters.only(context, Set.of());
        return new HistoryBody(settings.history());
    }

    private Object audit(Context context) {
        Parameters.only(context, Set.of());
        return new AuditBody(audit.entries());
    }
}
