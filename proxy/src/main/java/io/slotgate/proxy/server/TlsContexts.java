package io.slotgate.proxy.server;

import io.netty.channel.Channel;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.ReferenceCountUtil;
import io.slotgate.proxy.config.ConfigException;
import io.slotgate.proxy.config.Problem;
import io.slotgate.proxy.config.Tls;
import io.slotgate.proxy.config.TlsProvider;
import io.slotgate.proxy.config.UpstreamTls;
import io.slotgate.proxy.server.PemFile.PemException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Makes TLS contexts from PEM files and settings, with BoringSSL where its native library loads and the JDK's TLS
 * elsewhere. Keeps what must outlive a context: the keys of the session tickets. Any thread.
 */
public final class TlsContexts {
    private final TicketKeys ticketKeys = new TicketKeys();
    private @Nullable SslContext latest;

    /** Reads one file, leaving what is wrong with it in {@code problems}. */
    private interface Reader<T> {
        T read() throws PemException;
    }

    /**
     * The context of the listeners. Sessions are resumed from tickets, and for clients without them from a cache of the
     * context. A context with BoringSSL lives until it is released and the last connection that uses it is gone.
     *
     * @throws ConfigException if a file can't be used or BoringSSL is asked for and missing; names all problems
     */
    public synchronized SslContext forListeners(Tls tls) {
        List<Problem> problems = new ArrayList<>();
        SslProvider provider = provider(tls.provider(), problems);
        KeyMaterial keys = read("listen.tls", problems, () -> KeyMaterial.read(tls.certificate(), tls.key()));
        Path clientCa = tls.clientCa();
        List<X509Certificate> authorities = clientCa == null
                ? null
                : read("listen.tls.client-ca", problems, () -> PemFile.read(clientCa).certificates());
        if (keys == null || !problems.isEmpty()) {
            throw new ConfigException(problems);
        }
        SslContextBuilder builder = SslContextBuilder
                .forServer(keys.key(), keys.chain().toArray(X509Certificate[]::new)).sslProvider(provider)
                .protocols(tls.protocols()).sessionCacheSize(tls.sessionCacheSize())
                .sessionTimeout(tls.sessionTimeout().toSeconds());
        if (authorities != null) {
            builder.trustManager(authorities.toArray(X509Certificate[]::new)).clientAuth(ClientAuth.REQUIRE);
        }
        SslContext context = build("listen.tls", builder);
        install(context);
        latest = context;
        return context;
    }

    /**
     * Tries the files for listeners.
     *
     * @throws ConfigException as {@link #forListeners}
     */
    public static void check(Tls tls) {
        ReferenceCountUtil.release(new TlsContexts().forListeners(tls));
    }

    /**
     * Tries the files for connections to nodes.
     *
     * @throws ConfigException as {@link #forListeners}
     */
    public static void check(UpstreamTls tls) {
        ReferenceCountUtil.release(forUpstream(tls));
    }

    /**
     * The context of the connections to nodes. Which name a node's certificate must carry is the caller's matter: the
     * host given to {@code newHandler}.
     *
     * @throws ConfigException as {@link #forListeners}
     */
    public static SslContext forUpstream(UpstreamTls tls) {
        List<Problem> problems = new ArrayList<>();
        Path certificate = tls.certificate();
        Path key = tls.key();
        Path ca = tls.ca();
        KeyMaterial keys = certificate == null || key == null
                ? null
                : read("upstream.tls", problems, () -> KeyMaterial.read(certificate, key));
        List<X509Certificate> authorities = ca == null
                ? null
                : read("upstream.tls.ca", problems, () -> PemFile.read(ca).certificates());
        if (!problems.isEmpty()) {
            throw new ConfigException(problems);
        }
        SslContextBuilder builder = SslContextBuilder.forClient().sslProvider(provider(TlsProvider.AUTO, problems))
                .protocols("TLSv1.3", "TLSv1.2")
                .endpointIdentificationAlgorithm(tls.verifyHostname() ? "HTTPS" : null);
        if (keys != null) {
            builder.keyManager(keys.key(), keys.chain().toArray(X509Certificate[]::new));
        }
        if (authorities != null) {
            builder.trustManager(authorities.toArray(X509Certificate[]::new));
        }
        return build("upstream.tls", builder);
    }

    /**
     * Seals tickets with a new key from now on. Called once in a session timeout, a session can be resumed for that time
     * at least and twice that time at most. Without effect with the JDK's TLS, which has keys of its own.
     */
    public synchronized void rotateTicketKeys() {
        ticketKeys.rotate();
        if (latest != null && ReferenceCountUtil.refCnt(latest) != 0) {
            install(latest);
        }
    }

    /** The name that a client asked for in its TLS handshake (SNI), or null if it named none or uses no TLS. */
    public static @Nullable String serverName(Channel channel) {
        SslHandler handler = channel.pipeline().get(SslHandler.class);
        if (handler != null && handler.engine().getSession() instanceof ExtendedSSLSession session) {
            for (SNIServerName name : session.getRequestedServerNames()) {
                if (name instanceof SNIHostName host) {
                    return host.getAsciiName();
                }
            }
        }
        return null;
    }

    private void install(SslContext context) {
        if (context.sessionContext() instanceof OpenSslSessionContext sessions) {
            ticketKeys.install(sessions);
        }
    }

    private static SslProvider provider(TlsProvider wanted, List<Problem> problems) {
        boolean openSsl = wanted != TlsProvider.JDK && OpenSsl.isAvailable();
        if (wanted == TlsProvider.OPENSSL && !openSsl) {
            problems.add(new Problem("listen.tls.provider",
                    "openssl (expected: jdk or auto, as its native library doesn't load here: "
                            + OpenSsl.unavailabilityCause() + ")"));
        }
        // Counted references: without them every connection has a finalizer.
        return openSsl ? SslProvider.OPENSSL_REFCNT : SslProvider.JDK;
    }

    private static SslContext build(String path, SslContextBuilder builder) {
        try {
            // Handshakes run on the worker, which the gate takes care of: a task would only come back to it.
            return builder.option(OpenSslContextOption.USE_TASKS, false).build();
        } catch (SSLException e) {
            throw new ConfigException(List.of(new Problem(path, "refused by the TLS library: " + e)));
        }
    }

    private static <T> @Nullable T read(String path, List<Problem> problems, Reader<T> reader) {
        try {
            return reader.read();
        } catch (PemException e) {
            problems.add(e.at(path));
            return null;
        }
    }
}
