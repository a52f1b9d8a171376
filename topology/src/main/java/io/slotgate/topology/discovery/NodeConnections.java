package io.slotgate.topology.discovery;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.SslVerifyMode;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.protocol.ProtocolVersion;
import io.lettuce.core.resource.DnsResolver;
import io.slotgate.topology.model.HostPort;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connections to nodes, one per address, opened when first asked for and kept; owns everything of Lettuce and Netty.
 * For one thread; the futures it gives complete on Lettuce threads. Names are resolved, which may block, on threads
 * that last only for that. RESP2, for every server speaks it alike.
 */
final class NodeConnections implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(NodeConnections.class);
    private static final int CONNECTORS = 4;
    private static final long CLOSE_SECONDS = 5;
    private static final long IDLE_SECONDS = 1;
    private static final long QUIET_MILLIS = 20;
    private static final String FLIGHT_RECORDER = "io.lettuce.core.jfr";

    static {
        // Lettuce would load the Java Flight Recorder for its connection events, a fifth of a second at start.
        if (System.getProperty(FLIGHT_RECORDER) == null) {
            System.setProperty(FLIGHT_RECORDER, "false");
        }
    }

    private final ClusterAccess access;
    private final LeanResources resources;
    private final LeanClient client;
    private final ThreadPoolExecutor connectors;
    private final Map<HostPort, CompletableFuture<NodeConnection>> open = new HashMap<>();

    NodeConnections(ClusterAccess access) {
        this(access, InetAddress::getAllByName);
    }

    /** @param names may block */
    NodeConnections(ClusterAccess access, DnsResolver names) {
        this.access = access;
        this.resources = new LeanResources(names);
        this.client = new LeanClient(resources);
        client.setOptions(options(access));
        connectors = new ThreadPoolExecutor(CONNECTORS, CONNECTORS, IDLE_SECONDS, TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(), Thread.ofPlatform().name("slotgate-connect-", 0).daemon().factory(),
                new ThreadPoolExecutor.DiscardPolicy());
        connectors.allowCoreThreadTimeOut(true);
    }

    /** The connection to {@code address}: the open one, the one under way, or a new one. */
    CompletableFuture<NodeConnection> to(HostPort address) {
        CompletableFuture<NodeConnection> known = open.get(address);
        if (known != null && !(known.isDone() && isUnusable(known))) {
            return known;
        }
        CompletableFuture<NodeConnection> opened = CompletableFuture
                .supplyAsync(() -> client.connectAsync(ByteArrayCodec.INSTANCE, uri(address)), connectors)
                .thenCompose(connecting -> connecting)
                .thenApply(NodeConnection::new);
        open.put(address, opened);
        return opened;
    }

    /** Closes the connection to {@code address}, now or when it is made. */
    void drop(HostPort address) {
        CompletableFuture<NodeConnection> dropped = open.remove(address);
        if (dropped != null) {
            dropped.thenAccept(NodeConnection::close);
        }
    }

    /** Drops all connections to other addresses. */
    void retain(Set<HostPort> addresses) {
        Set.copyOf(open.keySet()).stream().filter(address -> !addresses.contains(address)).forEach(this::drop);
    }

    /** Closes everything and waits, at most some seconds, until the threads have ended. */
    @Override
    public void close() {
        connectors.shutdownNow();
        awaitConnectors();
        // Not without a quiet period: a connection that begins while the loop ends would keep its buffer for ever.
        client.shutdown(QUIET_MILLIS, CLOSE_SECONDS * 1000, TimeUnit.MILLISECONDS);
        resources.shutdown(QUIET_MILLIS, CLOSE_SECONDS * 1000, TimeUnit.MILLISECONDS)
                .awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
    }

    /** Else one that is about to connect might do so on threads that have ended, which Netty logs as an error. */
    private void awaitConnectors() {
        try {
            if (!connectors.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                log.atWarn().log("A node's name is still being resolved while closing");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean isUnusable(CompletableFuture<NodeConnection> done) {
        return done.isCompletedExceptionally() || !done.join().isOpen();
    }

    private RedisURI uri(HostPort address) {
        RedisURI.Builder uri = RedisURI.Builder.redis(address.host(), address.port())
                .withTimeout(access.connectTimeout());
        String password = access.password();
        if (password != null && access.user() != null) {
            uri.withAuthentication(access.user(), password.toCharArray());
        } else if (password != null) {
            uri.withPassword(password.toCharArray());
        }
        ClusterTls tls = access.tls();
        if (tls != null) {
            uri.withSsl(true).withVerifyPeer(tls.verifyHostname() ? SslVerifyMode.FULL : SslVerifyMode.CA);
        }
        return uri.build();
    }

    private static ClientOptions options(ClusterAccess access) {
        ClientOptions.Builder options = ClientOptions.builder()
                .protocolVersion(ProtocolVersion.RESP2)
                .autoReconnect(false)
                .pingBeforeActivateConnection(false)
                .maintNotificationsConfig(MaintNotificationsConfig.disabled())
                .timeoutOptions(TimeoutOptions.create())
                .socketOptions(SocketOptions.builder().connectTimeout(access.connectTimeout()).build());
        ClusterTls tls = access.tls();
        if (tls != null) {
            SslOptions.Builder ssl = SslOptions.builder().handshakeTimeout(access.connectTimeout());
            if (tls.ca() != null) {
                ssl.trustManager(tls.ca().toFile());
            }
            if (tls.certificate() != null && tls.key() != null) {
                ssl.keyManager(tls.certificate().toFile(), tls.key().toFile(), new char[0]);
            }
            options.sslOptions(ssl.build());
        }
        return options.build();
    }
}
