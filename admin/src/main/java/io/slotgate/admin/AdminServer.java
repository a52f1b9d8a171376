package io.slotgate.admin;

import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.compression.Gzip;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HttpResponseException;
import io.javalin.http.MethodNotAllowedResponse;
import io.slotgate.admin.api.Api;
import io.slotgate.admin.http.AdminSocket;
import io.slotgate.admin.http.FieldProblem;
import io.slotgate.admin.http.HostCheck;
import io.slotgate.admin.http.JettyParts;
import io.slotgate.admin.http.Json;
import io.slotgate.admin.http.ProblemDetails;
import io.slotgate.admin.http.Refusal;
import io.slotgate.admin.http.SecurityHeaders;
import io.slotgate.admin.metrics.MetricsResource;
import io.slotgate.admin.pages.ContractPages;
import io.slotgate.admin.pages.DashboardPage;
import io.slotgate.admin.security.FailureLimit;
import io.slotgate.admin.security.Gatekeeper;
import io.slotgate.admin.security.RefusalLog;
import io.slotgate.admin.security.Role;
import io.slotgate.admin.settings.LogLevels;
import io.slotgate.admin.traces.SpanExport;
import io.slotgate.admin.view.ProxyView;
import io.slotgate.proxy.config.Admin;
import io.slotgate.proxy.config.TracesConfig;
import io.slotgate.proxy.observe.Traces;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.List;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The admin API: the dashboard, {@code /healthz} and {@code /readyz} for everybody, {@code /metrics} and {@code /api/v1} for who may look. Errors
 * are problem details (RFC 9457). Methods may be called from any thread.
 */
public final class AdminServer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(AdminServer.class);
    private static final ProblemDetails DEFECT = new ProblemDetails(500,
            "the request could not be served; the log says why", List.of());

    private final HealthResource health = new HealthResource();
    private final MetricsResource metrics = new MetricsResource();
    private final Api api;
    private final RefusalLog refusals = RefusalLog.start();
    private final Gatekeeper gatekeeper;
    private final int port;
    private final Javalin javalin;
    private volatile @Nullable SpanExport spans;

    private AdminServer(Admin config, ServerSocketChannel socket, LogLevels levels) throws IOException {
        this.port = ((InetSocketAddress) socket.getLocalAddress()).getPort();
        this.api = new Api(levels);
        this.gatekeeper = new Gatekeeper(config.tokens(), new FailureLimit(config.loginFailures(), System::nanoTime),
                refusals);
        HostCheck hosts = config.mayBeReached() ? null : new HostCheck(config.endpoint().host());
        JettyParts parts = new JettyParts(socket, config.tls());
        this.javalin = Javalin.create(settings -> {
            parts.configure(settings);
            configure(settings, hosts);
        });
    }

    /** As {@link #start(Admin, LogLevels, boolean)}, on a port of our own, in a process whose log level stays. */
    public static AdminServer start(Admin config) throws IOException {
        return start(config, LogLevels.FIXED, false);
    }

    /**
     * Starts one and returns when it answers; the proxy is said to be starting until {@link #attach}.
     *
     * @param levels where the setting {@code log.level} goes
     * @param shared whether another process may listen on the same port, to take over from this one
     * @throws io.slotgate.proxy.config.ConfigException if the endpoint is on no loopback address, and has to be
     * @throws IOException if the endpoint can't be had, or its TLS files are not what they should be; names which
     */
    public static AdminServer start(Admin config, LogLevels levels, boolean shared) throws IOException {
        ServerSocketChannel socket = AdminSocket.bind(config, shared);
        try {
            AdminServer server = new AdminServer(config, socket, levels);
            try {
                server.javalin.start();
            } catch (RuntimeException e) {
                server.close();
                throw e;
            }
            log.atInfo().addKeyValue("address", socket.getLocalAddress()).log("The admin API listens");
            return server;
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    /** @param hosts null: requests may name any host, for they need a token */
    private void configure(JavalinConfig config, @Nullable HostCheck hosts) {
        config.startup.showJavalinBanner = false;
        config.startup.showOldJavalinVersionWarning = false;
        config.startup.startupWatcherEnabled = false;
        config.http.prefer405over404 = true;
        config.http.compressionStrategy = new CompressionStrategy(null, new Gzip(Deflater.BEST_SPEED), null);
        config.http.maxRequestSize = Json.LONGEST_BODY + 1L;
        config.routes.before(context -> SecurityHeaders.add(context::header));
        if (hosts != null) {
            config.routes.before(hosts::check);
        }
        route(config, "/healthz", health::health);
        route(config, "/readyz", health::readiness);
        route(config, "/metrics", context -> {
            gatekeeper.admit(context, Role.VIEWER);
            metrics.scrape(context);
        });
        ContractPages.register((path, handler) -> route(config, path, handler));
        api.register(config, gatekeeper);
        new DashboardPage().register(config);
        config.routes.exception(Refusal.class, (refusal, context) -> problem(context, refusal.problem()));
        config.routes.exception(HttpResponseException.class, AdminServer::refuse);
        config.routes.exception(Exception.class, AdminServer::fail);
        config.router.javaLangErrorHandler(AdminServer::fail);
    }

    /** HEAD too: left to itself, Javalin answers it with 200 and asks nobody. */
    private static void route(JavalinConfig config, String path, Handler handler) {
        config.routes.get(path, handler);
        config.routes.head(path, handler);
    }

    /** What Javalin itself refuses. */
    private static void refuse(HttpResponseException refusal, Context context) {
        String allowed = "GET, HEAD";
        if (refusal instanceof MethodNotAllowedResponse && refusal.getDetails().get("availableMethods") != null) {
            allowed = String.valueOf(refusal.getDetails().get("availableMethods"));
            context.header("Allow", allowed);
        }
        problem(context, switch (refusal.getStatus()) {
            case 404 -> Refusal.nothingAt(context.path()).problem();
            case 405 -> new Refusal(405, context.req().getMethod() + " (expected: " + allowed + ")",
                    new FieldProblem("method", context.req().getMethod(), allowed)).problem();
            default -> new Refusal(refusal.getStatus(), String.valueOf(refusal.getMessage()),
                    new FieldProblem("request", String.valueOf(refusal.getMessage()),
                            "what the API's description says"))
                    .problem();
        });
    }

    private static void fail(Exception failure, Context context) {
        log.atError().setCause(failure).addKeyValue("path", context.path()).log("A request of the admin API failed");
        problem(context, DEFECT);
    }

    /** As the other one; Javalin has no context to give for what is no exception. */
    private static void fail(HttpServletResponse response, Error failure) {
        log.atError().setCause(failure).log("A request of the admin API failed");
        response.setStatus(DEFECT.status());
        response.setContentType(ProblemDetails.MEDIA_TYPE);
        try {
            response.getOutputStream().print(DEFECT.json().toString());
        } catch (IOException e) {
            log.atDebug().setCause(e).log("The client of the admin API left");
        }
    }

    private static void problem(Context context, ProblemDetails problem) {
        context.status(problem.status()).contentType(ProblemDetails.MEDIA_TYPE).result(problem.json().toString());
    }

    /** Tells of this proxy from now on. */
    public void attach(ProxyView proxy) {
        health.attach(proxy);
        metrics.attach(proxy);
        api.attach(proxy);
        Traces chosen = proxy.traces();
        TracesConfig traced = proxy.config().traces();
        if (chosen != null && traced != null) {
            spans = SpanExport.start(chosen, traced.endpoint(), proxy.config().fleet().name());
        }
        // Beside what the caller goes on with, which has no time to lose.
        Thread.ofVirtual().name("slotgate-admin-metrics").start(() -> {
            metrics.prepare();
            metrics.push(proxy.config().metrics());
        });
    }

    /** What it answers, such as {@code GET /healthz}. */
    List<String> routes() {
        return javalin.unsafe.internalRouter.allHttpHandlers().stream().map(handler -> handler.endpoint)
                .filter(endpoint -> endpoint.method.isHttpMethod())
                .map(endpoint -> endpoint.method.name() + ' ' + endpoint.path).toList();
    }

    /** The port it is bound to. */
    public int port() {
        return port;
    }

    /** Stops answering; returns when its threads have ended. */
    @Override
    public void close() {
        api.close();
        SpanExport sending = spans;
        if (sending != null) {
            sending.close();
        }
        javalin.stop();
        metrics.close();
        refusals.close();
    }
}
