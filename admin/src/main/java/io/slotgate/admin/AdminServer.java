package io.slotgate.admin;

import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HttpResponseException;
import io.javalin.http.MethodNotAllowedResponse;
import io.slotgate.proxy.config.Admin;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The admin API: {@code /healthz}, {@code /readyz} and {@code /metrics} over HTTP, on a loopback address. Errors are problem
 * details (RFC 9457). Methods may be called from any thread.
 */
public final class AdminServer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(AdminServer.class);
    private static final ProblemDetails DEFECT = new ProblemDetails(500,
            "the request could not be served; the log says why");

    private final HealthResource health = new HealthResource();
    private final MetricsResource metrics = new MetricsResource();
    private final int port;
    private final Javalin javalin;

    private AdminServer(Admin config, ServerSocketChannel socket) throws IOException {
        this.port = ((InetSocketAddress) socket.getLocalAddress()).getPort();
        this.javalin = Javalin.create(settings -> {
            new JettyParts(socket).configure(settings);
            configure(settings, new HostCheck(config.endpoint().host()));
        });
    }

    /**
     * Starts one and returns when it answers; the proxy is said to be starting until {@link #attach}.
     *
     * @throws io.slotgate.proxy.config.ConfigException if the endpoint is on no loopback address
     * @throws IOException if the endpoint can't be had; names it
     */
    public static AdminServer start(Admin config) throws IOException {
        ServerSocketChannel socket = LoopbackSocket.bind(config.endpoint());
        try {
            AdminServer server = new AdminServer(config, socket);
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

    private void configure(JavalinConfig config, HostCheck hosts) {
        config.startup.showJavalinBanner = false;
        config.startup.showOldJavalinVersionWarning = false;
        config.startup.startupWatcherEnabled = false;
        config.http.prefer405over404 = true;
        config.routes.before(context -> SecurityHeaders.add(context::header));
        config.routes.before(hosts::check);
        route(config, "/healthz", health::health);
        route(config, "/readyz", health::readiness);
        route(config, "/metrics", metrics::scrape);
        config.routes.exception(HttpResponseException.class, AdminServer::refuse);
        config.routes.exception(Exception.class, AdminServer::fail);
        config.router.javaLangErrorHandler(AdminServer::fail);
    }

    /** HEAD too: left to itself, Javalin answers it with 200 and asks nobody. */
    private static void route(JavalinConfig config, String path, Handler handler) {
        config.routes.get(path, handler);
        config.routes.head(path, handler);
    }

    private static void refuse(HttpResponseException refusal, Context context) {
        if (refusal instanceof MethodNotAllowedResponse) {
            context.header("Allow", "GET, HEAD");
        }
        problem(context, new ProblemDetails(refusal.getStatus(), switch (refusal.getStatus()) {
            case 404 -> "there is nothing at " + context.path();
            case 405 -> context.req().getMethod() + " (expected: GET or HEAD)";
            default -> String.valueOf(refusal.getMessage());
        }));
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
        // Beside what the caller goes on with, which has no time to lose.
        Thread.ofVirtual().name("slotgate-admin-metrics").start(metrics::prepare);
    }

    /** The port it is bound to. */
    public int port() {
        return port;
    }

    /** Stops answering; returns when its threads have ended. */
    @Override
    public void close() {
        javalin.stop();
        metrics.close();
    }
}
