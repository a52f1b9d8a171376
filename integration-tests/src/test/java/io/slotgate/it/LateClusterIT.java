package io.slotgate.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotgate.deploy.dev.DevCertificates;
import io.slotgate.deploy.dev.LocalCluster;
import io.slotgate.proxy.config.Auth;
import io.slotgate.proxy.config.Limits;
import io.slotgate.proxy.config.TopologySettings;
import io.slotgate.proxy.config.Upstream;
import io.slotgate.proxy.server.ProxyServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A proxy that is there before its cluster. */
@Timeout(180)
class LateClusterIT {
    @Test
    void aProxyThatIsThereBeforeItsClusterWaitsForIt(@TempDir Path folder) throws Exception {
        DevCertificates certificates = DevCertificates.in(folder);
        try (Relay seed = new Relay(null)) {
            CompletableFuture<ProxyServer> starting = CompletableFuture.supplyAsync(() -> {
                try {
                    return ProxyServer.start(ProxyFixture.config(certificates, Upstream.to(List.of(seed.address())),
                            TopologySettings.defaults(), Limits.defaults(), Auth.open()));
                } catch (IOException | InterruptedException e) {
                    throw new AssertionError(e);
                }
            });
            try (LocalCluster cluster = LocalCluster.builder(folder).shards(2).replicas(0).start()) {
                assertThat(starting).isNotDone();
                seed.lead(cluster.node(1).address());
                try (ProxyServer server = starting.get(60, TimeUnit.SECONDS);
                        Wire client = Wire.open(Certificates.trusting(certificates.ca()), server.clientPort())) {
                    assertThat(server.ready()).isTrue();
                    assertThat(client.raw("MSET", "a", "1", "b", "2", "c", "3")).isEqualTo("+OK\r\n");
                }
            }
        }
    }
}
