package io.slotgate.deploy.cli;

import io.slotgate.proxy.config.SlotgateConfig;
import java.io.IOException;

/** A running proxy with its admin API, as far as the commands need to know it. Ports are -1 for what is not served. */
public interface Gateway extends AutoCloseable {
    int clientPort();

    int readPort();

    int plainPort();

    int adminPort();

    /** Stops serving and gives everything back; returns when that is done. */
    @Override
    void close();

    /** Starts gateways. */
    interface Starter {
        /**
         * Starts one and returns when clients are served. As long as the cluster can't be reached it is tried again.
         *
         * @throws IOException saying what can't be had, such as a port in use; then nothing of it is left
         * @throws InterruptedException if interrupted on the way; then nothing of it is left
         */
        Gateway start(SlotgateConfig config) throws IOException, InterruptedException;
    }
}
