package io.slotgate.admin.api;

import io.javalin.http.Context;
import io.slotgate.admin.http.Json;
import io.slotgate.admin.http.Refusal;
import io.slotgate.admin.security.AuditLog;
import io.slotgate.admin.security.Gatekeeper;
import io.slotgate.admin.security.Role;
import io.slotgate.admin.view.ProxyView;
import io.slotgate.proxy.clients.ListedClient;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The clients of this proxy. */
final class ClientsResource {
    /** Of CLIENT LIST's fields those that a proxy can say something about. */
    private static final Set<String> TEXTS = Set.of("addr", "laddr", "name", "flags", "cmd", "user", "lib-name",
            "lib-ver");
    private static final Set<String> NUMBERS = Set.of("id", "age", "idle", "db", "sub", "psub", "ssub", "multi",
            "watch", "omem",
            "resp", "tot-net-in", "tot-net-out", "tot-cmds");

    private final ProxyView proxy;
    private final AuditLog audit;

    /** At least one of them; a client has to match all that are given. */
    private record KillBody(@Nullable List<Long> ids, @Nullable String user, @Nullable String addr,
            @Nullable String name,
            @Nullable Long minAge) {
        boolean matches(ListedClient client) {
            Map<String, Object> fields = fields(client);
            return (ids == null || ids.contains(client.id())) && is(fields, "user", user) && isAt(fields, addr)
                    && is(fields, "name", name)
                    && (minAge == null || (fields.get("age") instanceof Long age && age >= minAge));
        }
    }

    private record KilledBody(int killed) {}

    ClientsResource(ProxyView proxy, AuditLog audit) {
        this.proxy = proxy;
        this.audit = audit;
    }

    /** @param self the resource, from when the proxy is there */
    static void register(Routes routes, Supplier<ClientsResource> self) {
        routes.shared("/clients", context -> self.get().list(context));
        routes.get("/clients/{id}", context -> self.get().one(context));
        routes.delete("/clients/{id}", Role.OPERATOR, context -> self.get().kill(context));
        routes.post("/clients/kill", Role.OPERATOR, context -> self.get().killMatching(context));
    }

    private Object list(Context context) throws Exception {
        Parameters.only(context, Set.of("after", "limit", "user", "name", "addr", "cmd"));
        List<Map<String, Object>> matching = Workers.await(proxy.clients()).stream().map(ClientsResource::fields)
                .filter(client -> is(client, "user", Parameters.text(context, "user"))
                        && is(client, "name", Parameters.text(context, "name"))
                        && is(client, "cmd", Parameters.text(context, "cmd"))
                        && isAt(client, Parameters.text(context, "addr")))
                .toList();
        return Page.of(context, matching, ClientsResource::id);
    }

    private static boolean is(Map<String, Object> client, String field, @Nullable String wanted) {
        return wanted == null || wanted.equals(client.get(field));
    }

    /** @param wanted an address, with the port or without */
    private static boolean isAt(Map<String, Object> client, @Nullable String wanted) {
        String address = String.valueOf(client.get("addr"));
        return wanted == null || address.equals(wanted) || address.startsWith(wanted + ":");
    }

    private static long id(Map<String, Object> client) {
        return client.get("id") instanceof Long id ? id : 0;
    }

    /** The fields of a client's line in CLIENT LIST. */
    static Map<String, Object> fields(ListedClient client) {
        Map<String, Object> fields = new LinkedHashMap<>();
        for (String field : client.line().split(" ")) {
            int equals = field.indexOf('=');
            String name = equals < 0 ? field : field.substring(0, equals);
            String value = field.substring(equals + 1);
            if (TEXTS.contains(name)) {
                fields.put(name, value);
            } else if (NUMBERS.contains(name)) {
                fields.put(name, Long.valueOf(value));
            }
        }
        return fields;
    }

    private Object one(Context context) throws Exception {
        Parameters.only(context, Set.of());
        long id = id(context);
        return Workers.await(proxy.clients()).stream().filter(client -> client.id() == id).findFirst()
                .map(ClientsResource::fields).orElseThrow(() -> Refusal.missing("client", id));
    }

    private static long id(Context context) {
        return Parameters.number("id", context.pathParam("id"), 1, Long.MAX_VALUE);
    }

    private @Nullable Object kill(Context context) throws Exception {
        Parameters.only(context, Set.of());
        long id = id(context);
        String outcome = AuditLog.UNKNOWN;
        boolean killed;
        try {
            killed = Workers.await(proxy.kill(id));
            outcome = killed ? "done" : "no such client";
        } finally {
            audit.record(Gatekeeper.actor(context), "client kill", String.valueOf(id), null, null, outcome);
        }
        if (!killed) {
            throw Refusal.missing("client", id);
        }
        return null;
    }

    private Object killMatching(Context context) throws Exception {
        Parameters.only(context, Set.of());
        KillBody wanted = Json.body(context, KillBody.class);
        if (wanted.ids() == null && wanted.user() == null && wanted.addr() == null && wanted.name() == null
                && wanted.minAge() == null) {
            throw Refusal.of("body", "no filter", "some of ids, user, addr, name, minAge");
        }
        int killed = 0;
        String outcome = "failed half-way";
        try {
            for (ListedClient client : Workers.await(proxy.clients())) {
                if (wanted.matches(client) && Workers.await(proxy.kill(client.id()))) {
                    killed++;
                }
            }
            outcome = "done";
        } finally {
            audit.record(Gatekeeper.actor(context), "client kill", Json.write(wanted), null, killed + " clients",
                    outcome);
        }
        return new KilledBody(killed);
    }
}
