package io.slotgate.admin.http;

import io.javalin.config.JavalinConfig;
import io.javalin.http.servlet.JavalinServlet;
import io.javalin.http.servlet.ServletEntry;
import io.slotgate.proxy.config.AdminTls;
import io.slotgate.topology.tls.PemContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ServerSocketChannel;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import kotlin.LazyKt;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import org.jspecify.annotations.Nullable;

/**
 * The server under Javalin, put together by hand: one platform thread that selects and accepts, requests on virtual threads,
 * and nothing loaded that health and metrics don't need (sockets of the Web, monitors, JMX).
 */
public final class JettyParts {
    private static final int IDLE_MILLIS = 30_000;
    private static final int POOL_IDLE_MILLIS = 60_000;
    /** The selector needs one; the others are for work that Jetty never gives to virtual threads. */
    private static final int PLATFORM_THREADS = 4;

    private final ServerSocketChannel socket;
    private final SslContextFactory.@Nullable Server tls;
    private final ConnectionPlaces places = new ConnectionPlaces();

    /**
     * @param socket bound; owned by the server as soon as it starts
     * @param tls null: plain HTTP
     * @throws IOException if the files of TLS can't be read or are not what they should be; names which
     */
    public JettyParts(ServerSocketChannel socket, @Nullable AdminTls tls) throws IOException {
        this.socket = socket;
        this.tls = tls == null ? null : contexts(tls);
    }

    public void configure(JavalinConfig config) {
        Server server = new Server(threads(), new ScheduledExecutorScheduler("slotgate-admin-timer", true), null);
        JettyErrors errors = new JettyErrors();
        server.setErrorHandler(errors);
        config.unsafe.jettyInternal.server = server;
        // Javalin's own would load the Web socket classes, and set them up.
        config.unsafe.servlet = LazyKt.lazy(() -> new ServletEntry(null, new JavalinServlet(config.unsafe)));
        config.jetty.modifyServletContextHandler(context -> context.setErrorHandler(errors));
        config.jetty.modifyHttpConfiguration(http -> {
            http.setSendServerVersion(false);
            http.setUriCompliance(UriCompliance.DEFAULT);
            http.addCustomizer(places);
        });
        config.jetty.addConnector(this::connector);
    }

    private static QueuedThreadPool threads() {
        // A queue of the JDK's: Jetty's own starts JMX, which takes a quarter of a second.
        QueuedThreadPool threads = new QueuedThreadPool(PLATFORM_THREADS, 1, POOL_IDLE_MILLIS,
                new LinkedBlockingQueue<>());
        threads.setName("slotgate-admin");
        threads.setDaemon(true);
        threads.setReservedThreads(0);
        threads.setVirtualThreadsExecutor(Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("slotgate-admin-request-", 0).factory()));
        return threads;
    }

    private Connector connector(Server server, HttpConfiguration http) {
        ServerConnector connector = new ServerConnector(server, 0, 1, protocols(http));
        connector.setIdleTimeout(IDLE_MILLIS);
        connector.addBean(places);
        try {
            connector.open(socket);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return connector;
    }

    private ConnectionFactory[] protocols(HttpConfiguration http) {
        if (tls == null) {
            return new ConnectionFactory[]{new HttpConnectionFactory(http)};
        }
        HttpConfiguration https = new HttpConfiguration(http);
        // Names are not checked against the certificate: health checks come by addresses.
        https.addCustomizer(new SecureRequestCustomizer(false));
        return new ConnectionFactory[]{new SslConnectionFactory(tls, HttpVersion.HTTP_1_1.asString()),
            new HttpConnectionFactory(https)};
    }

    private static SslContextFactory.Server contexts(AdminTls tls) throws IOException {
        SslContextFactory.Server contexts = new SslContextFactory.Server();
        contexts.setSslContext(PemContext.of(tls.certificate(), tls.key(), tls.clientCa()));
        contexts.setNeedClientAuth(tls.clientCa() != null);
        contexts.setIncludeProtocols("TLSv1.3", "TLSv1.2");
        contexts.setSniRequired(false);
        // Lives as long as the connector.
        contexts.addBean(new CertificateWatch(tls, contexts));
        return contexts;
    }
}
