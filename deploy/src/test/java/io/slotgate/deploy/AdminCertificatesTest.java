package io.slotgate.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slotgate.admin.AdminServer;
import io.slotgate.deploy.dev.DevCertificates;
import io.slotgate.proxy.config.Admin;
import io.slotgate.proxy.config.AdminTls;
import io.slotgate.proxy.config.Endpoint;
import io.slotgate.topology.tls.PemContext;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The admin API's certificates change while it runs. */
class AdminCertificatesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    @TempDir
    Path folder;

    /** What the server shows to a client that trusts this authority. */
    private static Certificate shown(AdminServer server, Path ca) throws IOException {
        try (SSLSocket socket = (SSLSocket) PemContext.trusting(ca).getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            socket.startHandshake();
            return socket.getSession().getPeerCertificates()[0];
        }
    }

    @Test
    void newHandshakesUseTheNewOneAndABrokenOneIsLeftAside() throws Exception {
        DevCertificates first = DevCertificates.in(folder.resolve("first"));
        DevCertificates second = DevCertificates.in(folder.resolve("second"));
        AdminTls tls = new AdminTls(first.certificate(), first.key(), null);
        try (AdminServer server = AdminServer.start(new Admin(true, new Endpoint("127.0.0.1", 0), tls, List.of()))) {
            Certificate before = shown(server, first.ca());

            // The key of another certificate, for longer than a look takes.
            Files.copy(second.key(), first.key(), StandardCopyOption.REPLACE_EXISTING);
            long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
            await().atMost(PATIENCE).until(() -> System.nanoTime() > until);
            assertThat(shown(server, first.ca())).isEqualTo(before);

            Files.copy(second.certificate(), first.certificate(), StandardCopyOption.REPLACE_EXISTING);

            await().atMost(PATIENCE).ignoreExceptions()
                    .untilAsserted(() -> assertThat(shown(server, second.ca())).isNotEqualTo(before));
        }
    }
}
