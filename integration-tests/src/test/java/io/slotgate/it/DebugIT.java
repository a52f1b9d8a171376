package io.slotgate.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotgate.deploy.dev.LocalNode;
import io.slotgate.proxy.command.SlotHash;
import io.slotgate.proxy.config.AllowedCommands;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What looks into a server: at a key where it is, and, where DEBUG is allowed, at replies that no other command has. */
@Timeout(120)
class DebugIT {
    private static final List<String> KEYS = List.of("k1", "k2", "k3", "k4", "k5", "k6", "k7", "k8", "k9");

    @RegisterExtension
    static final ProxyFixture proxy = new ProxyFixture()
            .cluster(cluster -> cluster.shards(3).replicas(0).option("enable-debug-command", "yes"))
            .allow(new AllowedCommands(Set.of("debug")));

    @ParameterizedTest
    @ValueSource(strings = {"string", "integer", "double", "null", "array", "set", "map", "attrib", "verbatim", "true",
        "false"})
    void everyKindOfReplyIsPassedOnAsItIsAndNoneTakenForTheNext(String kind) throws IOException {
        for (String protocol : List.of("2", "3")) {
            LocalNode node = proxy.cluster().node(0);
            try (Wire direct = Wire.open(node.address().port()); Wire client = proxy.connect()) {
                direct.call("HELLO", protocol);
                client.call("HELLO", protocol);
                String expected = direct.raw("DEBUG", "PROTOCOL", kind);
                if (kind.equals("attrib")) {
                    assertThat(expected).startsWith(protocol.equals("3") ? "|1\r\n" : "$");
                }

                client.write(Wire.command("SET", "k1", "before"));
                client.write(Wire.command("GET", "k1"));
                client.write(Wire.command("DEBUG", "PROTOCOL", kind));
                client.write(Wire.command("MGET", "k1", "none"));
                client.write(Wire.command("DEBUG", "PROTOCOL", kind));
                client.write(Wire.command("ECHO", "after"));

                assertThat(client.readRaw()).isEqualTo("+OK\r\n");
                assertThat(client.read()).isEqualTo("before");
                assertThat(client.readRaw()).isEqualTo(expected);
                assertThat(client.readRaw()).startsWith("*2\r\n$6\r\nbefore\r\n");
                assertThat(client.readRaw()).isEqualTo(expected);
                assertThat(client.read()).isEqualTo("after");
            }
        }
    }

    @Test
    void keysAreLookedAtWhereTheyAre() throws IOException {
        try (Wire client = proxy.connect()) {
            for (String key : KEYS) {
                assertThat(client.call("RPUSH", key, "x".repeat(100), key)).isEqualTo(2L);
                LocalNode owner = proxy.cluster().owner(SlotHash.slot(key));

                assertThat(client.call("MEMORY", "USAGE", key, "SAMPLES", "0")).isInstanceOf(Long.class)
                        .isEqualTo(owner.call("MEMORY", "USAGE", key, "SAMPLES", "0"));
                // Where it is in memory, that is on one node only.
                assertThat(place(client.call("DEBUG", "OBJECT", key))).startsWith("Value at:0x")
                        .isEqualTo(place(owner.call("DEBUG", "OBJECT", key)));
                assertThat(client.call("OBJECT", "ENCODING", key)).isEqualTo("listpack");
            }
            assertThat(client.raw("MEMORY", "USAGE", "none")).isEqualTo("$-1\r\n");
            assertThat(client.raw("DEBUG", "OBJECT", "none")).isEqualTo("-ERR no such key\r\n");
            client.call("FLUSHALL");
        }
    }

    private static String place(@Nullable Object object) {
        return String.valueOf(object).split(" refcount")[0];
    }
}
