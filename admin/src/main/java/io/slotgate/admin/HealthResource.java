package io.slotgate.admin;

import io.javalin.http.Context;
import io.slotgate.admin.http.FieldProblem;
import io.slotgate.admin.http.JsonObject;
import io.slotgate.admin.http.ProblemDetails;
import io.slotgate.admin.view.ProxyView;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code /healthz}: this process answers. {@code /readyz}: the proxy serves, so that a load balancer may send clients. */
final class HealthResource {
    private volatile @Nullable ProxyView proxy;

    /** From now on the proxy is asked; before, it is starting. */
    void attach(ProxyView started) {
        proxy = started;
    }

    void health(Context context) {
        context.contentType("text/plain; charset=utf-8").result("ok");
    }

    void readiness(Context context) {
        String obstacle = Readiness.of(proxy).obstacle();
        if (obstacle == null) {
            context.contentType("application/json").result(new JsonObject().put("ready", true).toString());
        } else {
            context.status(503).contentType(ProblemDetails.MEDIA_TYPE)
                    .result(new ProblemDetails(503, obstacle,
                            List.of(new FieldProblem("ready", "false", "true"))).json()
                            .put("ready", false).toString());
        }
    }
}
