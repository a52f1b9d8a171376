package io.slotgate.deploy.cli;

import io.slotgate.proxy.config.SlotgateConfig;
import java.io.IOException;
import java.time.Duration;

/** A running proxy with its admin API, as far as the commands need to know it. Ports are -1 for what is not served. */
public interface Gateway extends AutoCloseable {
    int clientPort();

    int readPort();

    int plainPort();

    int adminPort();

    /** How long {@link #drain} takes at most, as the settings are now. */
    Duration longestDrain();

    /** Lets clients go in peace, for as long as the settings say now; to be followed by {@link #close}. */
    void drain() throws InterruptedException;

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

        /**
         * Looks whether the files a configuration names are what they should be.
         *
         * @throws io.slotgate.proxy.config.ConfigException naming all that are not
         */
        default void check(SlotgateConfig config) {}
    }
}
