package io.slotgate.deploy;

import io.slotgate.deploy.cli.Gateway;
import io.slotgate.proxy.config.SlotgateConfig;
import io.slotgate.proxy.server.ProxyServer;
import java.io.IOException;

/** The proxy of this process. */
final class RunningGateway implements Gateway {
    private final ProxyServer proxy;

    private RunningGateway(ProxyServer proxy) {
        this.proxy = proxy;
    }

    /** As {@link Gateway.Starter#start}. */
    static Gateway start(SlotgateConfig config) throws IOException, InterruptedException {
        return new RunningGateway(ProxyServer.start(config));
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
        return -1;
    }

    @Override
    public void close() {
        proxy.close();
    }
}
