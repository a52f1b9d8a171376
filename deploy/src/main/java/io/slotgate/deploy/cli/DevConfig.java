package io.slotgate.deploy.cli;

import io.slotgate.deploy.dev.DevCertificates;
import io.slotgate.proxy.config.Admin;
import io.slotgate.proxy.config.Endpoint;
import io.slotgate.proxy.config.Listen;
import io.slotgate.proxy.config.SlotgateConfig;
import io.slotgate.proxy.config.Tls;
import io.slotgate.proxy.config.Upstream;
import io.slotgate.topology.model.HostPort;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of a trial's proxy: its ports on localhost, and defaults for the rest.
 *
 * @param plainPort null for no listener without TLS
 */
record DevConfig(DevCertificates certificates, int port, int readPort, @Nullable Integer plainPort, int adminPort,
        int workers, String zone) {
    private static final String HOST = "localhost";

    /** @throws io.slotgate.proxy.config.ConfigException if an argument is out of its bounds */
    SlotgateConfig inFrontOf(List<HostPort> seeds) {
        Tls tls = Tls.of(certificates.certificate(), certificates.key());
        Endpoint plain = plainPort == null ? null : new Endpoint(HOST, plainPort);
        Listen listen = new Listen(new Endpoint(HOST, port), new Endpoint(HOST, readPort), plain, null, tls,
                Listen.withTls(tls).backlog());
        SlotgateConfig defaults = SlotgateConfig.of(listen, Upstream.to(seeds));
        return new SlotgateConfig(listen, defaults.upstream(), defaults.topology(), workers, defaults.transport(),
                defaults.auth(), defaults.limits(), new Admin(true, new Endpoint(HOST, adminPort)), zone,
                defaults.fleet().withData(certificates.certificate().resolveSibling("settings")),
                defaults.clusterEnabled(), defaults.reads(), Duration.ZERO,
                null);
    }
}
