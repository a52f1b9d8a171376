package io.slotgate.it;

import static io.slotgate.it.Faults.KEYS;
import static org.assertj.core.api.Assertions.assertThat;

import io.slotgate.deploy.dev.DevCertificates;
import io.slotgate.proxy.config.Secret;
import io.slotgate.proxy.config.Upstream;
import io.slotgate.proxy.config.UpstreamTls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Clusters that ask for a password, for a user, or for TLS. */
@Timeout(180)
class UpstreamAccessIT {
    @Nested
    class PasswordUpstream {
        @RegisterExtension
        static final ProxyFixture proxy = new ProxyFixture()
                .cluster(cluster -> cluster.shards(2).replicas(1).password("hidden"))
                .upstream(to -> new Upstream(to.seeds(), null, Secret.of("hidden"), null, to.connectTimeout(),
                        to.reconnectMin(), to.reconnectMax(), to.failoverPatience()));

        @Test
        void clientsNeedNotKnowIt() throws IOException {
            bothProtocolsWork(proxy);
        }
    }

    @Nested
    class UserUpstream {
        @RegisterExtension
        static final ProxyFixture proxy = new ProxyFixture()
                .cluster(cluster -> cluster.shards(2).replicas(0).option("aclfile", aclFile(
                        "user default on nopass ~* &* +@all\nuser slotgate on >hidden ~* &* +@all\n").toString()))
                .upstream(to -> new Upstream(to.seeds(), "slotgate", Secret.of("hidden"), null, to.connectTimeout(),
                        to.reconnectMin(), to.reconnectMax(), to.failoverPatience()));

        @Test
        void commandsRunAsThatUser() throws IOException {
            bothProtocolsWork(proxy);
            assertThat(proxy.cluster().node(0).text("CLIENT", "LIST")).contains("user=slotgate");
        }
    }

    /** The proxy's own table has to do, and does for what it knows. */
    @Nested
    class UpstreamWithoutItsCommandTable {
        @RegisterExtension
        static final ProxyFixture proxy = new ProxyFixture().mayWarn("the built-in one is used")
                .cluster(cluster -> cluster.shards(2).replicas(0).option("aclfile",
                        aclFile("user default on nopass ~* &* +@all -command\n").toString()));

        @Test
        void commandsOfTheBuiltInTableAreServed() throws IOException {
            bothProtocolsWork(proxy);
            try (Wire client = proxy.connect()) {
                assertThat(client.raw("EVAL", "return redis.call('set', KEYS[1], ARGV[1])", "1", "k1", "v"))
                        .isEqualTo("+OK\r\n");
                assertThat(client.raw("NOSUCH", "k1")).startsWith("-ERR unknown command");
            }
        }
    }

    @Nested
    class TlsUpstream {
        @TempDir
        static Path folder;

        @RegisterExtension
        static final ProxyFixture proxy = new ProxyFixture()
                .cluster(cluster -> cluster.shards(2).replicas(1).tls(certificates()))
                .upstream(to -> new Upstream(to.seeds(), null, null,
                        new UpstreamTls(certificates().ca(), null, null, true), to.connectTimeout(),
                        to.reconnectMin(), to.reconnectMax(), to.failoverPatience()));

        private static DevCertificates certificates() {
            try {
                return DevCertificates.in(folder);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }

        @Test
        void commandsPassOverTlsOnBothSides() throws IOException {
            bothProtocolsWork(proxy);
            LargeValue value = new LargeValue(3 << 20, 1);
            try (Wire client = proxy.connect()) {
                value.set(client, "large");
                value.get(client, "large");
            }
        }
    }

    private static Path aclFile(String users) {
        try {
            Path file = Files.createTempFile("slotgate-it", ".acl");
            file.toFile().deleteOnExit();
            return Files.writeString(file, users);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void bothProtocolsWork(ProxyFixture proxy) throws IOException {
        for (String protocol : List.of("2", "3")) {
            try (Wire client = proxy.connect()) {
                client.call("HELLO", protocol);
                for (String key : KEYS) {
                    assertThat(client.raw("SET", key, protocol)).isEqualTo("+OK\r\n");
                }
                assertThat(client.call("EXISTS", "k1", "k2", "k3", "k4")).isEqualTo(4L);
            }
        }
    }
}
