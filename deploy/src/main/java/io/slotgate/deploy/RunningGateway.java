package io.slotgate.deploy;

import io.slotgate.admin.AdminServer;
import io.slotgate.deploy.cli.Gateway;
import io.slotgate.proxy.config.SlotgateConfig;
import io.slotgate.proxy.server.ProxyServer;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The proxy of this process, with its admin API. */
final class RunningGateway implements Gateway {
    private final boolean shared;
    private final Duration notice;
    private final ProxyServer proxy;
    private final @Nullable AdminServer admin;

    /** @param config which both were started with */
    RunningGateway(ProxyServer proxy, @Nullable AdminServer admin, SlotgateConfig config) {
        this.shared = config.listen().reusePort();
        this.notice = config.drainNotice();
        this.proxy = proxy;
        this.admin = admin;
    }

    /** As {@link Gateway.Starter#start}. */
    static Gateway start(SlotgateConfig config) throws IOException, InterruptedException {
        return new GatewayStart(config).run();
    }

    /** Starts them. */
    static Gateway.Starter starter() {
        return new Gateway.Starter() {
            @Override
            public Gateway start(SlotgateConfig config) throws IOException, InterruptedException {
                return RunningGateway.start(config);
            }

            @Override
            public void check(SlotgateConfig config) {
                CertificateFiles.check(config);
            }
        };
    }

    @Override
    public int clientPort() {
        return proxy.clientPort();
    }

    @Override
    public int readPort() {
        return proxy.readPort();
    }

    @Override
    public int plainPort() {
        return proxy.plainPort();
    }

    @Override
    public int adminPort() {
        return admin == null ? -1 : admin.port();
    }

    @Override
    public Duration longestDrain() {
        return notice.plus(drainTimeout());
    }

    private Duration drainTimeout() {
        return proxy.controls().settings().drainTimeout();
    }

    @Override
    public void drain() throws InterruptedException {
        if (shared && admin != null) {
            // Who asks at the port from now on wants to hear of the process that takes over.
            admin.close();
        }
        proxy.drain(drainTimeout());
    }

    /** The admin API last, so that it tells of the proxy's end. */
    @Override
    public void close() {
        proxy.close();
        if (admin != null) {
            admin.close();
        }
    }
}
