package io.slotgate.admin.http;

import io.slotgate.proxy.config.AdminTls;
import io.slotgate.topology.tls.PemContext;
import io.slotgate.topology.tls.WatchedFiles;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.util.component.AbstractLifeCycle;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the API use new certificates when their files change: handshakes that begin from then on. Files that can't be used are told of,
 * and what was used before stays.
 */
final class CertificateWatch extends AbstractLifeCycle {
    private static final Logger log = LoggerFactory.getLogger(CertificateWatch.class);
    private static final long LOOK_MILLIS = 2_000;

    private final AdminTls tls;
    private final SslContextFactory.Server contexts;
    private final WatchedFiles files;
    private volatile @Nullable Thread watcher;

    /** @param contexts made from the files as they are */
    CertificateWatch(AdminTls tls, SslContextFactory.Server contexts) {
        this.tls = tls;
        this.contexts = contexts;
        this.files = new WatchedFiles(tls.certificate(), tls.key(), tls.clientCa());
    }

    @Override
    protected void doStart() {
        watcher = Thread.ofVirtual().name("slotgate-admin-certificates").start(this::watch);
    }

    private void watch() {
        try {
            while (true) {
                TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
                if (files.changed()) {
                    renew();
                }
            }
        } catch (InterruptedException e) {
            // The server ends.
        }
    }

    private void renew() throws InterruptedException {
        try {
            SSLContext next = PemContext.of(tls.certificate(), tls.key(), tls.clientCa());
            contexts.reload(factory -> factory.setSslContext(next));
            log.atInfo().addKeyValue("certificate", tls.certificate())
                    .log("Certificates of the admin API were renewed");
        } catch (IOException e) {
            log.atError().addKeyValue("reason", e.getMessage())
                    .log("Certificates of the admin API have changed and can't be used: those before stay");
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            // Jetty declares no narrower type.
            log.atError().setCause(e)
                    .log("Certificates of the admin API have changed and can't be used: those before stay");
        }
    }

    @Override
    protected void doStop() {
        Thread running = watcher;
        if (running != null) {
            running.interrupt();
        }
    }
}
