package io.slotgate.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotgate.topology.model.HostPort;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code slotgate.yaml} at the root of the project is what users read to learn the options. */
class ReferenceFileTest {
    private static final Path REFERENCE = Path.of("..", "slotgate.yaml");

    @TempDir
    Path folder;

    @Test
    void givesExactlyTheDefaults() throws IOException {
        ConfigFixture fixture = new ConfigFixture(folder);
        Path copy = fixture.write("slotgate.yaml", Files.readString(REFERENCE));

        SlotgateConfig config = SlotgateConfig.load(copy);

        assertThat(config).isEqualTo(SlotgateConfig.of(
                Listen.withTls(Tls.of(folder.resolve("server.pem"), folder.resolve("server.key"))),
                Upstream.to(List.of(new HostPort("127.0.0.1", 7000), new HostPort("127.0.0.1", 7001),
                        new HostPort("127.0.0.1", 7002)))));
    }

    @ParameterizedTest
    @ValueSource(classes = {SlotgateConfig.class, Listen.class, Endpoint.class, Tls.class, Upstream.class,
        UpstreamTls.class, TopologySettings.class, Auth.class, User.class, Limits.class, Admin.class})
    void namesEveryOption(Class<?> section) throws IOException {
        String reference = Files.readString(REFERENCE);

        Stream<String> keys = Stream.of(section.getRecordComponents()).map(ReferenceFileTest::key);

        assertThat(keys).allSatisfy(key -> assertThat(reference).containsPattern("(?m)^[ #-]*" + key + ":"));
    }

    private static String key(RecordComponent component) {
        String key = component.getName().replaceAll("(?<=[a-z])(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
        return key.equals("password") ? "password-file" : key;
    }
}
