package io.slotgate.deploy.cli;

import io.slotgate.proxy.config.Endpoint;
import io.slotgate.proxy.config.SlotgateConfig;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A gateway that listens nowhere and says on standard error when it is closed. */
final class FakeGateway implements Gateway {
    static final int CHOSEN_PORT = 49_152;

    private final SlotgateConfig config;

    FakeGateway(SlotgateConfig config) {
        this.config = config;
    }

    @Override
    public int clientPort() {
        return port(config.listen().client());
    }

    @Override
    public int readPort() {
        return port(config.listen().read());
    }

    @Override
    public int plainPort() {
        return port(config.listen().plain());
    }

    @Override
    public int adminPort() {
        return port(config.admin().endpoint());
    }

    @Override
    public Duration longestDrain() {
        return config.drainTimeout();
    }

    @Override
    public void drain() {}

    @Override
    public void close() {
        System.err.println("gateway closed");
    }

    private static int port(@Nullable Endpoint endpoint) {
        return endpoint == null ? -1 : endpoint.port() == 0 ? CHOSEN_PORT : endpoint.port();
    }
}
