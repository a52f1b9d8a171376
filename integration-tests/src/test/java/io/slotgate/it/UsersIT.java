package io.slotgate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slotgate.deploy.dev.LocalNode;
import io.slotgate.proxy.config.Auth;
import io.slotgate.proxy.config.Secret;
import io.slotgate.proxy.config.UpstreamIdentity;
import io.slotgate.proxy.config.User;
import io.slotgate.proxy.metrics.Metric;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Users of the cluster come through the proxy, and its ACL decides what they may do. */
@Timeout(240)
class UsersIT {
    private static final String WRONG = "-WRONGPASS invalid username-password pair or user is disabled.\r\n";

    @RegisterExtension
    static final ProxyFixture proxy = new ProxyFixture().cluster(cluster -> cluster.shards(3).replicas(0))
            .auth(new Auth(List.of(new User("app", List.of(sha256("front")),
                    new UpstreamIdentity("behind", Secret.of("behind-secret"))),
                    new User("own", List.of(sha256("own")))), true, 3));

    @BeforeAll
    static void makeUsers() throws IOException {
        for (LocalNode node : proxy.cluster().nodes()) {
            node.call("ACL", "SETUSER", "behind", "on", ">behind-secret", "~app:*", "+@all");
            node.call("ACL", "SETUSER", "reader", "on", ">reader-secret", "~*", "+@read", "+@connection", "-@admin");
            node.call("ACL", "SETUSER", "gone", "on", ">gone-secret", "~*", "+@all");
            node.call("ACL", "SETUSER", "narrow", "on", ">narrow-secret", "~app:*", "resetchannels", "&news", "&#__*",
                    "+@all", "-script");
            node.call("ACL", "SETUSER", "warden", "on", ">warden-secret", "~*", "+@all");
            node.call("ACL", "SETUSER", "half", "on", ">half-secret", "~*", "+@all", "-client|kill", "-client|unpause");
        }
    }

    @Test
    void theClustersUsersMayDoWhatItsAclSays() throws IOException {
        try (Wire writer = proxy.connect(); Wire reader = proxy.connect()) {
            assertThat(writer.raw("GET", "a")).isEqualTo("-NOAUTH Authentication required.\r\n");
            assertThat(writer.raw("AUTH", "own", "own")).isEqualTo("+OK\r\n");
            assertThat(writer.raw("SET", "a", "1")).isEqualTo("+OK\r\n");

            reader.send("AUTH", "reader", "reader-secret");
            reader.send("GET", "a");
            reader.send("SET", "a", "2");
            reader.send("MSET", "a", "3", "b", "3", "c", "3");
            reader.send("MGET", "a", "b");
            reader.send("ACL", "WHOAMI");
            assertThat(reader.readRaw()).isEqualTo("+OK\r\n");
            assertThat(reader.readRaw()).isEqualTo("$1\r\n1\r\n");
            assertThat(reader.readRaw())
                    .isEqualTo("-NOPERM User reader has no permissions to run the 'set' command\r\n");
            assertThat(reader.readRaw()).startsWith("-NOPERM User reader has no permissions to run the 'mset' command");
            assertThat(reader.readRaw()).isEqualTo("*2\r\n$1\r\n1\r\n$-1\r\n");
            assertThat(reader.readRaw()).isEqualTo("$6\r\nreader\r\n");

            assertThat(reader.raw("AUTH", "own", "own")).isEqualTo("+OK\r\n");
            assertThat(reader.raw("SET", "a", "4")).isEqualTo("+OK\r\n");
            assertThat(reader.raw("RESET")).isEqualTo("+RESET\r\n");
            assertThat(reader.raw("GET", "a")).isEqualTo("-NOAUTH Authentication required.\r\n");
            assertThat(writer.raw("DEL", "a")).isEqualTo(":1\r\n");
        }
    }

    @Test
    void wrongPasswordsAreToldAsTheServerDoes() throws IOException {
        try (Wire wire = proxy.connectPlain()) {
            assertThat(wire.raw("AUTH", "reader", "nonsense")).isEqualTo(WRONG);
            assertThat(wire.raw("AUTH", "nobody", "nonsense")).isEqualTo(WRONG);
            assertThat(wire.raw("AUTH", "app", "behind-secret")).isEqualTo(WRONG);
            assertThat(wire.raw("AUTH", "own", "")).isEqualTo(WRONG);
            assertThat(wire.raw("HELLO", "3", "AUTH", "reader", "nonsense")).isEqualTo(WRONG);
            assertThat(wire.raw("PING")).isEqualTo("-NOAUTH Authentication required.\r\n");
            assertThat(wire.raw("HELLO", "3", "AUTH", "reader", "reader-secret", "SETNAME", "me")).startsWith("%7\r\n");
            assertThat(wire.raw("GET", "nothing")).isEqualTo("_\r\n");
            assertThat(wire.raw("SET", "a", "1")).startsWith("-NOPERM ");
            assertThat(wire.raw("AUTH", "reader", "nonsense")).isEqualTo(WRONG);
            assertThat(wire.raw("ACL", "WHOAMI")).isEqualTo("$6\r\nreader\r\n");
            assertThat(wire.raw("CLIENT", "GETNAME")).isEqualTo("$2\r\nme\r\n");
        }
    }

    @Test
    void aConfiguredUserMayBeAnotherToTheCluster() throws IOException {
        try (Wire wire = proxy.connect()) {
            assertThat(wire.raw("AUTH", "app", "front")).isEqualTo("+OK\r\n");
            assertThat(wire.raw("SET", "app:1", "x")).isEqualTo("+OK\r\n");
            assertThat(wire.raw("SET", "other", "x")).startsWith("-NOPERM No permissions to access a key");
            assertThat(wire.raw("ACL", "WHOAMI")).isEqualTo("$3\r\napp\r\n");
            assertThat(wire.raw("DEL", "app:1")).isEqualTo(":1\r\n");
        }
    }

    @Test
    void whatGoesByConnectionsOfItsOwnIsTheUsersToo() throws IOException {
        try (Wire wire = proxy.connect(); Wire own = proxy.connect()) {
            own.call("AUTH", "own", "own");
            own.call("DEL", "app:1", "other");
            assertThat(wire.raw("AUTH", "narrow", "narrow-secret")).isEqualTo("+OK\r\n");

            assertThat(wire.raw("BLPOP", "other", "1")).startsWith("-NOPERM ");
            assertThat(wire.raw("WATCH", "other")).startsWith("-NOPERM ");
            assertThat(wire.raw("WATCH", "app:1")).isEqualTo("+OK\r\n");
            wire.call("MULTI");
            wire.call("SET", "app:1", "x");
            assertThat(wire.raw("EXEC")).isEqualTo("*1\r\n+OK\r\n");
            wire.call("MULTI");
            wire.call("SET", "other", "x");
            assertThat(wire.raw("EXEC")).startsWith("-EXECABORT ");
            assertThat(wire.raw("SET", "other", "x".repeat(4 * 1024 * 1024))).startsWith("-NOPERM ");
            assertThat(own.raw("EXISTS", "other")).isEqualTo(":0\r\n");
        }
    }

    @Test
    void subscriptionsAreAskedForAsTheUser() throws IOException {
        try (Wire wire = proxy.connect(); Wire second = proxy.connect(); Wire own = proxy.connect()) {
            own.call("AUTH", "own", "own");
            assertThat(wire.raw("HELLO", "3", "AUTH", "narrow", "narrow-secret")).startsWith("%7\r\n");
            assertThat(second.raw("HELLO", "3", "AUTH", "narrow", "narrow-secret")).startsWith("%7\r\n");
            assertThat(wire.raw("SUBSCRIBE", "secrets")).startsWith("-NOPERM ");
            assertThat(wire.raw("SUBSCRIBE", "news")).isEqualTo(">3\r\n$9\r\nsubscribe\r\n$4\r\nnews\r\n:1\r\n");
            assertThat(second.raw("SUBSCRIBE", "news")).startsWith(">3\r\n");
            assertThat(own.raw("PUBSUB", "NUMSUB", "news")).isEqualTo("*2\r\n$4\r\nnews\r\n:2\r\n");
            own.call("PUBLISH", "news", "hello");
            assertThat(wire.readRaw()).isEqualTo(">3\r\n$7\r\nmessage\r\n$4\r\nnews\r\n$5\r\nhello\r\n");
            assertThat(second.readRaw()).isEqualTo(">3\r\n$7\r\nmessage\r\n$4\r\nnews\r\n$5\r\nhello\r\n");

            assertThat(wire.raw("AUTH", "own", "own")).isEqualTo("+OK\r\n");
            assertThat(wire.raw("SUBSCRIBE", "secrets"))
                    .startsWith("-ERR Slotgate: the subscriptions of the user before");
            own.call("PUBLISH", "news", "again");
            assertThat(wire.readRaw()).contains("again");
            assertThat(wire.raw("UNSUBSCRIBE", "news")).endsWith(":0\r\n");
            assertThat(wire.raw("SUBSCRIBE", "secrets")).endsWith(":1\r\n");
        }
    }

    @Test
    void aUserThatMayNotLoadScriptsIsToldThatTheyAreMissing() throws IOException {
        try (Wire wire = proxy.connect(); Wire own = proxy.connect()) {
            own.call("AUTH", "own", "own");
            String sha = String.valueOf(own.call("SCRIPT", "LOAD", "return 41"));
            own.call("SCRIPT", "FLUSH");
            assertThat(own.raw("EVAL", "return 42", "0")).isEqualTo(":42\r\n");
            wire.call("AUTH", "narrow", "narrow-secret");
            assertThat(wire.raw("SCRIPT", "LOAD", "return 1")).startsWith("-NOPERM ");
            assertThat(wire.raw("EVALSHA", sha, "1", "app:1")).startsWith("-NOSCRIPT ");
            assertThat(wire.raw("EVAL", "return 43", "1", "app:1")).isEqualTo(":43\r\n");
        }
    }

    @Test
    void aUserThatMayNotIsToldSoAboutOtherClients() throws IOException {
        try (Wire reader = proxy.connect(); Wire half = proxy.connectPlain(); Wire own = proxy.connect()) {
            own.call("AUTH", "own", "own");
            reader.call("HELLO", "3", "AUTH", "reader", "reader-secret");
            half.call("AUTH", "half", "half-secret");
            for (String[] command : new String[][]{{"LIST"}, {"KILL", "TYPE", "normal"}, {"KILL", "nonsense", "1"},
                {"PAUSE", "600000"}, {"PAUSE", "nonsense"}, {"UNPAUSE"}, {"UNBLOCK", "1"}}) {
                assertThat(reader.raw(about(command)))
                        .isEqualTo("-NOPERM User reader has no permissions to run the 'client|"
                                + command[0].toLowerCase(Locale.ROOT) + "' command\r\n");
            }
            assertThat(reader.raw("CLIENT", "LIST", "ID", "1", "LIST", "more")).startsWith("-NOPERM ");
            assertThat(reader.raw("CLIENT", "KILL")).startsWith("-ERR wrong number of arguments");

            assertThat(half.raw("CLIENT", "KILL", "TYPE", "normal")).startsWith("-NOPERM ");
            assertThat(half.raw("CLIENT", "UNPAUSE"))
                    .isEqualTo("-NOPERM User half has no permissions to run the 'client|unpause' command\r\n");
            assertThat(half.raw("CLIENT", "UNBLOCK", "9999999")).isEqualTo(":0\r\n");
            assertThat(String.valueOf(half.call("CLIENT", "LIST"))).contains("user=reader", "user=half", "user=own");
            assertThat(own.raw("PING")).isEqualTo("+PONG\r\n");
        }
    }

    @Test
    void aUserThatMayDoesItToTheClientsOfTheProxy() throws IOException {
        try (Wire warden = proxy.connect(); Wire reader = proxy.connectPlain(); Wire own = proxy.connect()) {
            // Given
            own.call("AUTH", "own", "own");
            reader.call("AUTH", "reader", "reader-secret");
            warden.call("AUTH", "warden", "warden-secret");
            String id = String.valueOf(reader.call("CLIENT", "ID"));

            // Then: in its turn, and in the proxy's words
            warden.send("SET", "warden", "1");
            warden.send("CLIENT", "LIST", "ID", id);
            warden.send("CLIENT", "LIST", "ID", "x");
            warden.send("GET", "warden");
            assertThat(warden.readRaw()).isEqualTo("+OK\r\n");
            assertThat(warden.readRaw()).contains("\r\nid=" + id + " ", " user=reader ");
            assertThat(warden.readRaw()).isEqualTo("-ERR Invalid client ID\r\n");
            assertThat(warden.readRaw()).isEqualTo("$1\r\n1\r\n");
            assertThat(warden.raw("CLIENT", "PAUSE", "600000", "WRITE")).isEqualTo("+OK\r\n");
            own.send("DEL", "warden");
            await().atMost(ProxyFixture.PATIENCE).until(() -> proxy.metric(Metric.HELD) == 1);
            assertThat(warden.raw("CLIENT", "UNPAUSE")).isEqualTo("+OK\r\n");
            assertThat(own.readRaw()).isEqualTo(":1\r\n");
            assertThat(warden.raw("CLIENT", "KILL", "ID", id)).isEqualTo(":1\r\n");
            assertThat(reader.readToEnd()).isEmpty();

            // When: it may no more
            for (LocalNode node : proxy.cluster().nodes()) {
                node.call("ACL", "SETUSER", "warden", "-client|list");
            }
            assertThat(warden.raw("CLIENT", "LIST")).startsWith("-NOPERM ");
        }
    }

    @Test
    void whatNodesDoNotTellIsRefused() throws IOException {
        try (Wire half = proxy.connectPlain(); Wire own = proxy.connect()) {
            half.call("AUTH", "half", "half-secret");
            own.call("AUTH", "own", "own");
            for (LocalNode node : proxy.cluster().nodes()) {
                node.call("ACL", "SETUSER", "default", "-acl|dryrun");
            }
            assertThat(half.raw("CLIENT", "UNPAUSE"))
                    .isEqualTo("-NOPERM Slotgate: the nodes don't tell this proxy whether"
                            + " the user may do that: NOPERM User default has no permissions to run the 'acl|dryrun' command\r\n");
            assertThat(half.raw("CLIENT", "UNBLOCK", "9999999")).isEqualTo(":0\r\n");
            assertThat(own.raw("CLIENT", "UNPAUSE")).isEqualTo("+OK\r\n");
            for (LocalNode node : proxy.cluster().nodes()) {
                node.call("ACL", "SETUSER", "default", "+acl|dryrun");
            }
        }
    }

    @Test
    void aChangeOfUserWithinAPipelineConcernsOnlyWhatFollows() throws IOException {
        try (Wire wire = proxy.connect()) {
            for (int round = 0; round < 20; round++) {
                wire.send("AUTH", "reader", "reader-secret");
                wire.send("CLIENT", "LIST");
                wire.send("AUTH", "own", "own");
                wire.send("CLIENT", "LIST");
                wire.send("AUTH", "half", "half-secret");
                wire.send("CLIENT", "UNBLOCK", "9999999");
                wire.send("CLIENT", "UNPAUSE");
                assertThat(wire.readRaw()).isEqualTo("+OK\r\n");
                assertThat(wire.readRaw()).startsWith("-NOPERM User reader ");
                assertThat(wire.readRaw()).isEqualTo("+OK\r\n");
                assertThat(wire.readRaw()).contains(" user=own ");
                assertThat(wire.readRaw()).isEqualTo("+OK\r\n");
                assertThat(wire.readRaw()).isEqualTo(":0\r\n");
                assertThat(wire.readRaw()).startsWith("-NOPERM User half ");
            }
        }
    }

    /** The fixture looks for what stays behind. */
    @Test
    void whoLeavesWhileANodeIsAskedTakesNobodyWithIt() throws IOException {
        for (int i = 0; i < 100; i++) {
            try (Wire wire = proxy.connectPlain()) {
                wire.call("AUTH", i % 2 == 0 ? "half" : "reader", i % 2 == 0 ? "half-secret" : "reader-secret");
                wire.send("CLIENT", "UNBLOCK", "9999999");
                wire.send("CLIENT", "UNPAUSE");
                wire.send("CLIENT", "LIST");
                if (i % 3 == 0) {
                    wire.readRaw();
                }
                wire.abort();
            }
        }
        try (Wire half = proxy.connect()) {
            half.call("AUTH", "half", "half-secret");
            assertThat(half.raw("CLIENT", "UNBLOCK", "9999999")).isEqualTo(":0\r\n");
        }
    }

    private static String[] about(String... command) {
        String[] whole = new String[command.length + 1];
        whole[0] = "CLIENT";
        System.arraycopy(command, 0, whole, 1, command.length);
        return whole;
    }

    @Test
    void authCanNotSlipIntoATransaction() throws IOException {
        try (Wire wire = proxy.connect()) {
            assertThat(wire.raw("AUTH", "own", "own")).isEqualTo("+OK\r\n");
            wire.call("MULTI");
            assertThat(wire.raw("AUTH", "reader", "reader-secret"))
                    .startsWith("-ERR Slotgate: AUTH is not supported inside");
            assertThat(wire.raw("EXEC")).startsWith("-EXECABORT ");
        }
    }

    @Test
    void sessionsOfADeletedUserAreClosed() throws IOException {
        try (Wire wire = proxy.connectPlain(); Wire other = proxy.connectPlain()) {
            assertThat(wire.raw("AUTH", "gone", "gone-secret")).isEqualTo("+OK\r\n");
            assertThat(wire.raw("SET", "a", "1")).isEqualTo("+OK\r\n");
            for (LocalNode node : proxy.cluster().nodes()) {
                node.call("ACL", "DELUSER", "gone");
            }
            assertThat(wire.readToEnd()).isEmpty();
            assertThat(other.raw("AUTH", "gone", "gone-secret")).isEqualTo(WRONG);
            assertThat(other.raw("AUTH", "own", "own")).isEqualTo("+OK\r\n");
            assertThat(other.raw("DEL", "a")).isEqualTo(":1\r\n");
        }
        proxy.log().take();
    }

    static String sha256(String password) {
        try {
            return java.util.HexFormat.of().formatHex(java.security.MessageDigest.getInstance("SHA-256")
                    .digest(password.getBytes(Wire.BYTES)));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
