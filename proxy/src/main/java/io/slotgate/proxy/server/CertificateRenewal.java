package io.slotgate.proxy.server;

import io.netty.handler.ssl.SslContext;
import io.netty.util.ReferenceCountUtil;
import io.slotgate.proxy.config.ConfigException;
import io.slotgate.proxy.config.Tls;
import io.slotgate.topology.tls.WatchedFiles;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the listeners use new certificates when their files change: handshakes that begin from then on, while connections go on as they
 * are. Files that can't be used are told of, and what was used before stays. Owns the listeners' TLS context.
 */
final class CertificateRenewal implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(CertificateRenewal.class);
    private static final long LOOK_MILLIS = 2_000;

    private final TlsContexts contexts;
    private final Tls tls;
    private final Listeners listeners;
    private final WatchedFiles keys;
    private final WatchedFiles authorities;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("slotgate-certificates").factory());
    private SslContext current;
    private boolean closed;
    private int refused;

    /** @param first what the listeners use so far, made from the files as they are */
    CertificateRenewal(TlsContexts contexts, Tls tls, Listeners listeners, SslContext first) {
        this.contexts = contexts;
        this.tls = tls;
        this.listeners = listeners;
        this.current = first;
        this.keys = new WatchedFiles(tls.certificate(), tls.key());
        this.authorities = new WatchedFiles(tls.clientCa());
        thread.scheduleWithFixedDelay(this::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }

    private synchronized void look() {
        boolean otherKeys = keys.changed();
        boolean otherAuthorities = authorities.changed();
        if (closed || (!otherKeys && !otherAuthorities)) {
            return;
        }
        try {
            SslContext next = contexts.forListeners(tls);
            if (otherAuthorities) {
                // Else who was let in before would get in with a ticket.
                contexts.rotateTicketKeys();
                contexts.rotateTicketKeys();
            }
            SslContext before = current;
            current = next;
            listeners.use(next).whenComplete((done, never) -> ReferenceCountUtil.release(before));
            log.atInfo().addKeyValue("certificate", tls.certificate()).log("Certificates were renewed");
        } catch (ConfigException e) {
            refused++;
            log.atError().addKeyValue("reason", e.getMessage())
                    .log("Certificates have changed and can't be used: those before stay");
        } catch (RuntimeException e) {
            refused++;
            log.atError().setCause(e).log("Certificates have changed and can't be used: those before stay");
        }
    }

    /** Changes that could not be used. */
    synchronized int refused() {
        return refused;
    }

    /** After the listeners have closed. */
    @Override
    public void close() {
        thread.shutdownNow();
        synchronized (this) {
            closed = true;
            // A no-op without BoringSSL.
            ReferenceCountUtil.release(current);
        }
    }
}
