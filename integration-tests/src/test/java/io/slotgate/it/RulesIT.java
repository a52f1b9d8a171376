package io.slotgate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slotgate.deploy.dev.LocalNode;
import io.slotgate.proxy.command.SlotHash;
import io.slotgate.proxy.config.AclRules;
import io.slotgate.proxy.config.Auth;
import io.slotgate.proxy.config.Secret;
import io.slotgate.proxy.config.Upstream;
import io.slotgate.proxy.config.User;
import io.slotgate.topology.model.HostPort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Configured users with rules are made on the nodes, which enforce them. */
@Timeout(180)
class RulesIT {
    private static final String WRONG = "-WRONGPASS invalid username-password pair or user is disabled.\r\n";
    private static final User APP = new User("app", List.of(UsersIT.sha256("first"), UsersIT.sha256("second")), null,
            new AclRules(List.of("~app:*", "&news:*", "+@all", "-@dangerous", "(~shared:* +@read)")));
    private static final User OWN = new User("own", List.of(UsersIT.sha256("own")));

    private static void logIn(Wire wire, String user, String password) throws IOException {
        assertThat(wire.raw("AUTH", user, password)).isEqualTo("+OK\r\n");
    }

    @Nested
    class OnNodesThatTakeThem {
        @RegisterExtension
        static final ProxyFixture proxy = new ProxyFixture().nodesFail()
                .cluster(cluster -> cluster.shards(3).replicas(0)).auth(new Auth(List.of(APP, OWN)));

        @Test
        void rulesAreEnforcedFromTheStart() throws IOException {
            try (Wire wire = proxy.connect(); Wire own = proxy.connect()) {
                logIn(own, "own", "own");
                assertThat(own.raw("SET", "shared:1", "s")).isEqualTo("+OK\r\n");
                assertThat(wire.raw("AUTH", "app", "third")).isEqualTo(WRONG);
                logIn(wire, "app", "first");
                for (String key : List.of("app:1", "app:2", "app:3", "app:4", "app:5")) {
                    assertThat(wire.raw("SET", key, "x")).isEqualTo("+OK\r\n");
                }
                assertThat(wire.raw("DEL", "app:1", "app:2", "app:3", "app:4", "app:5")).isEqualTo(":5\r\n");
                assertThat(wire.raw("GET", "shared:1")).isEqualTo("$1\r\ns\r\n");
                assertThat(wire.raw("SET", "shared:1", "x")).startsWith("-NOPERM ");
                assertThat(wire.raw("SET", "other", "x")).startsWith("-NOPERM ");
                assertThat(wire.raw("FLUSHALL")).startsWith("-NOPERM ");
                assertThat(wire.raw("CLIENT", "LIST")).startsWith("-NOPERM User app has no permissions ");
                assertThat(wire.raw("CLIENT", "UNPAUSE")).startsWith("-NOPERM User app has no permissions ");
                assertThat(wire.raw("PUBLISH", "olds", "x")).startsWith("-NOPERM ");
                assertThat(wire.raw("PUBLISH", "news:1", "x")).isEqualTo(":0\r\n");
                assertThat(wire.raw("ACL", "WHOAMI")).isEqualTo("$3\r\napp\r\n");
                logIn(wire, "app", "second");
                assertThat(wire.raw("SET", "other", "x")).startsWith("-NOPERM ");
                assertThat(own.raw("DEL", "shared:1")).isEqualTo(":1\r\n");
            }
        }

        @Test
        void aNodeThatWasStartedAgainIsToldAgainAndSessionsGoOn() throws IOException {
            try (Wire wire = proxy.connect(); Wire subscriber = proxy.connect()) {
                logIn(wire, "app", "first");
                assertThat(wire.raw("SET", "app:1", "x")).isEqualTo("+OK\r\n");
                LocalNode node = proxy.cluster().owner(SlotHash.slot("app:1"));
                node.restart();
                await().atMost(ProxyFixture.PATIENCE).untilAsserted(
                        () -> assertThat(wire.raw("SET", "app:1", "y")).isEqualTo("+OK\r\n"));
                assertThat(wire.raw("SET", "other", "x")).startsWith("-NOPERM ");
                logIn(subscriber, "app", "second");
                assertThat(subscriber.raw("DEL", "app:1")).isEqualTo(":1\r\n");
            }
        }

        @Test
        void aUserThatSomebodyDeletedIsMadeAgainAtTheNextLogin() throws IOException {
            for (LocalNode node : proxy.cluster().nodes()) {
                node.call("ACL", "DELUSER", "app");
            }
            try (Wire wire = proxy.connect()) {
                logIn(wire, "app", "first");
                for (String key : List.of("app:1", "app:2", "app:3", "app:4", "app:5")) {
                    assertThat(wire.raw("SET", key, "x")).isEqualTo("+OK\r\n");
                }
                assertThat(wire.raw("DEL", "app:1", "app:2", "app:3", "app:4", "app:5")).isEqualTo(":5\r\n");
            }
        }

        @Test
        void aNodeThatJoinsIsTold() throws IOException {
            LocalNode added = proxy.cluster().addNode(null);
            await().atMost(ProxyFixture.PATIENCE)
                    .untilAsserted(() -> assertThat(added.text("ACL", "LIST")).contains("user app on"));
            LocalNode first = proxy.cluster().node(0);
            assertThat(added.text("ACL", "GETUSER", "app")).isEqualTo(first.text("ACL", "GETUSER", "app"));
        }
    }

    /** The proxy's own user may not make others; one of the name is there, and may do more than the rules say. */
    @Nested
    class OnNodesThatRefuseThem {
        @RegisterExtension
        static final ProxyFixture proxy = new ProxyFixture().cluster(cluster -> cluster.shards(3).replicas(0))
                .upstream(OnNodesThatRefuseThem::limited).auth(new Auth(List.of(APP, OWN)));

        private static Upstream limited(Upstream usual) {
            for (HostPort seed : usual.seeds()) {
                try (Wire node = Wire.open(seed.port())) {
                    node.call("ACL", "SETUSER", "limited", "on", ">secret", "~*", "&*", "+@all", "-acl");
                    node.call("ACL", "SETUSER", "app", "on", ">first", "~*", "&*", "+@all");
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
            return new Upstream(usual.seeds(), "limited", Secret.of("secret"), null, usual.connectTimeout(),
                    usual.reconnectMin(), usual.reconnectMax(), usual.failoverPatience());
        }

        @Test
        void nobodyComesInWithoutTheRules() throws IOException {
            try (Wire wire = proxy.connect(); Wire own = proxy.connect()) {
                String refused = "-ERR Slotgate: this user could not be set up on the nodes: NOPERM User limited has no"
                        + " permissions to run the 'acl|setuser' command\r\n";
                assertThat(wire.raw("AUTH", "app", "first")).isEqualTo(refused);
                assertThat(wire.raw("HELLO", "3", "AUTH", "app", "second")).isEqualTo(refused);
                assertThat(wire.raw("AUTH", "app", "third")).isEqualTo(WRONG);
                assertThat(wire.raw("GET", "a")).isEqualTo("-NOAUTH Authentication required.\r\n");
                logIn(own, "own", "own");
                assertThat(own.raw("GET", "a")).isEqualTo("$-1\r\n");
            }
            assertThat(proxy.log().take()).as("said once for all nodes").hasSize(1)
                    .allMatch(line -> line.contains("A node refuses what it has to be told: NOPERM"));
        }
    }
}
