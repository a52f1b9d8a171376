package io.slotgate.deploy;

import io.slotgate.admin.AdminServer;
import io.slotgate.deploy.cli.Gateway;
import io.slotgate.proxy.config.SlotgateConfig;
import io.slotgate.proxy.server.ProxyServer;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The proxy of this process, with its admin API. */
final class RunningGateway implements Gateway {
    private final ProxyServer proxy;
    private final @Nullable AdminServer admin;

    RunningGateway(ProxyServer proxy, @Nullable AdminServer admin) {
        this.proxy = proxy;
        this.admin = admin;
    }

    /** As {@link Gateway.Starter#start}. */
    static Gateway start(SlotgateConfig config) throws IOException, InterruptedException {
        return new GatewayStart(config).run();
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

    /** The admin API last, so that it tells of the proxy's end. */
    @Override
    public void close() {
        proxy.close();
        if (admin != null) {
            admin.close();
        }
    }
}
