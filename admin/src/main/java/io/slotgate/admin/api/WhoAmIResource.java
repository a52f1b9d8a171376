package io.slotgate.admin.api;

import io.javalin.http.Context;
import io.slotgate.admin.security.Actor;
import io.slotgate.admin.security.Gatekeeper;
import java.util.Set;

/** Who asks, as far as the API can tell: so that nobody is offered what they may not do. */
final class WhoAmIResource {
    /** @param tokens whether requests need one */
    private record WhoAmIBody(String name, String role, boolean tokens) {}

    private WhoAmIResource() {}

    static void register(Routes routes, Gatekeeper gatekeeper) {
        routes.get("/whoami", context -> whoAmI(context, gatekeeper));
    }

    private static Object whoAmI(Context context, Gatekeeper gatekeeper) {
        Parameters.only(context, Set.of());
        Actor actor = Gatekeeper.actor(context);
        return new WhoAmIBody(actor.name(), actor.role().word(), gatekeeper.asksForTokens());
    }
}
