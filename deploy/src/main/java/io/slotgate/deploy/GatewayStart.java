package io.slotgate.deploy;

import io.slotgate.admin.AdminServer;
import io.slotgate.admin.view.ProxyView;
import io.slotgate.deploy.logging.LevelSwitch;
import io.slotgate.proxy.config.SlotgateConfig;
import io.slotgate.proxy.server.ProxyServer;
import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One start of a proxy and its admin API, side by side: each takes its time to load, and the API tells of a proxy that still
 * looks for its cluster. Used by one thread, once.
 */
final class GatewayStart {
    /** Made before there are two threads, both of which would set up logging. */
    private static final Logger log = LoggerFactory.getLogger(GatewayStart.class);

    private final SlotgateConfig config;
    private final FutureTask<ProxyServer> proxy;
    private final Thread starter;
    private @Nullable AdminServer admin;

    GatewayStart(SlotgateConfig config) {
        this.config = config;
        this.proxy = new FutureTask<>(() -> ProxyServer.start(config));
        this.starter = Thread.ofPlatform().name("slotgate-start").unstarted(proxy);
    }

    /** As {@link io.slotgate.deploy.cli.Gateway.Starter#start}. */
    RunningGateway run() throws IOException, InterruptedException {
        log.atInfo().addKeyValue("seeds", config.upstream().seeds()).log("Starting");
        starter.start();
        try {
            if (config.admin().enabled()) {
                admin = AdminServer.start(config.admin(), new LevelSwitch(), config.listen().reusePort());
            }
            ProxyServer started = started();
            if (admin != null) {
                admin.attach(ProxyView.of(started));
            }
            return new RunningGateway(started, admin, config);
        } catch (IOException | InterruptedException | RuntimeException e) {
            abandon();
            throw e;
        }
    }

    private ProxyServer started() throws IOException, InterruptedException {
        try {
            return proxy.get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case IOException cause -> throw cause;
                case InterruptedException cause -> throw cause;
                case RuntimeException cause -> throw cause;
                case null, default -> throw new IllegalStateException(e.getCause());
            }
        }
    }

    /** Waits, whatever comes, for the proxy to have been given up: nothing of it may be left. */
    private void abandon() {
        starter.interrupt();
        boolean interrupted = false;
        while (starter.isAlive()) {
            try {
                starter.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (proxy.state() == FutureTask.State.SUCCESS) {
            proxy.resultNow().close();
        }
        if (admin != null) {
            admin.close();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
