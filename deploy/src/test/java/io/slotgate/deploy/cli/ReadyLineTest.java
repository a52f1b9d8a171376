package io.slotgate.deploy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotgate.deploy.dev.DevCertificates;
import io.slotgate.proxy.config.SlotgateConfig;
import io.slotgate.topology.model.HostPort;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The forms that scripts rely on. */
class ReadyLineTest {
    private static final List<HostPort> NODES = List.of(new HostPort("127.0.0.1", 7000), new HostPort("::1", 7001));
    private static final Path FOLDER = Path.of(".slotgate");

    @Test
    void tellsAllOfATrial() {
        SlotgateConfig config = dev(null);

        String line = new ReadyLine(config, new FakeGateway(config)).text(FOLDER.resolve("ca.pem"), NODES);

        assertThat(line).isEqualTo("READY tls=localhost:6379 read=localhost:6380 admin=http://localhost:8080"
                + " ca=.slotgate/ca.pem nodes=127.0.0.1:7000,[::1]:7001");
    }

    @Test
    void tellsThePlainPortWithThePortItReallyHas() {
        SlotgateConfig config = dev(0);

        String line = new ReadyLine(config, new FakeGateway(config)).text(null, NODES.subList(0, 1));

        assertThat(line).isEqualTo("READY tls=localhost:6379 read=localhost:6380 plain=localhost:"
                + FakeGateway.CHOSEN_PORT + " admin=http://localhost:8080 nodes=127.0.0.1:7000");
    }

    @Test
    void leavesOutWhatIsOff() {
        SlotgateConfig config = SlotgateConfig
                .parse("{listen: {client: none, read: none, plain: {host: '::', port: 7}}, "
                        + "upstream: {seeds: ['127.0.0.1:7000']}, admin: {enabled: false}}");

        String line = new ReadyLine(config, new FakeGateway(config)).text(null, config.upstream().seeds());

        assertThat(line).isEqualTo("READY plain=[::]:7 nodes=127.0.0.1:7000");
    }

    @Test
    void tellsWhetherTheAdminApiHasTls(@TempDir Path folder) throws IOException {
        DevCertificates files = DevCertificates.in(folder);
        SlotgateConfig config = SlotgateConfig
                .parse("{listen: {client: none, read: none, plain: {host: '::', port: 7}}, "
                        + "upstream: {seeds: ['127.0.0.1:7000']}, admin: {endpoint: {host: localhost, port: 8443}, "
                        + "tls: {certificate: '" + files.certificate() + "', key: '" + files.key() + "'}}}");

        String line = new ReadyLine(config, new FakeGateway(config)).text(null, config.upstream().seeds());

        assertThat(line).isEqualTo("READY plain=[::]:7 admin=https://localhost:8443 nodes=127.0.0.1:7000");
    }

    private static SlotgateConfig dev(@Nullable Integer plainPort) {
        return new DevConfig(DevCertificates.pathsIn(FOLDER), 6379, 6380, plainPort, 8080, 0, "a").inFrontOf(NODES);
    }
}
