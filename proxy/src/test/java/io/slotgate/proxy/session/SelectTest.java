package io.slotgate.proxy.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotgate.proxy.command.SlotHash;
import io.slotgate.proxy.metrics.Metric;
import io.slotgate.proxy.plane.Answer;
import io.slotgate.proxy.plane.FakeCluster;
import io.slotgate.proxy.plane.FakePubSub;
import io.slotgate.proxy.plane.Plane;
import io.slotgate.proxy.plane.TestClient;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** SELECT over fake nodes with several databases, as Valkey 9 has them in cluster mode. */
@Timeout(60)
class SelectTest {
    private static final int NODES = 3;
    private static final int DATABASES = 16;

    private final FakeCluster cluster = new FakeCluster(NODES, DATABASES);
    private final Plane plane = Plane.builder(cluster.map()).server("valkey", "9.0.0").databases(DATABASES).start();

    @AfterEach
    void close() {
        plane.close();
        cluster.close();
    }

    @Test
    void whatFollowsGoesToTheDatabaseAndNobodyElseDoes() {
        TestClient client = plane.client();
        TestClient other = plane.client();
        String key = cluster.key(1, "k");

        // When: all in one piece
        client.send(TestClient.command("SET", key, "zero") + TestClient.command("SELECT", "3")
                + TestClient.command("SET", key, "three") + TestClient.command("GET", key)
                + TestClient.command("SELECT", "0") + TestClient.command("GET", key)
                + TestClient.command("SELECT", "3") + TestClient.command("GET", key));

        // Then
        assertThat(client.replies(8)).containsExactly("OK", "OK", "OK", "three", "OK", "zero", "OK", "three");
        assertThat(other.call("GET", key)).isEqualTo("zero");
        assertThat(other.call("SELECT", "4")).isEqualTo("OK");
        assertThat(other.call("GET", key)).isEqualTo("(nil)");
    }

    @Test
    void everyKindOfCommandGoesThere() {
        TestClient client = plane.client();
        assertThat(client.call("SELECT", "2")).isEqualTo("OK");
        String a = cluster.key(0, "a");
        String b = cluster.key(1, "b");

        assertThat(client.call("MSET", a, "1", b, "2")).isEqualTo("OK");
        assertThat(client.call("MGET", a, b)).isEqualTo("[1, 2]");
        assertThat(client.call("DBSIZE")).isEqualTo("2");
        assertThat(client.call("MULTI")).isEqualTo("OK");
        assertThat(client.call("APPEND", a, "x")).isEqualTo("QUEUED");
        assertThat(client.call("SELECT", "2")).isEqualTo("QUEUED");
        assertThat(client.call("EXEC")).isEqualTo("[2, OK]");
        assertThat(client.call("RPUSH", "list", "e")).isEqualTo("1");
        assertThat(client.call("BLPOP", "list", "1")).isEqualTo("[list, e]");
        assertThat(client.call("WATCH", a)).isEqualTo("OK");
        assertThat(client.call("MULTI")).isEqualTo("OK");
        assertThat(client.call("GET", a)).isEqualTo("QUEUED");
        assertThat(client.call("EXEC")).isEqualTo("[1x]");
        assertThat(client.call("SELECT", "0")).isEqualTo("OK");
        assertThat(client.call("MGET", a, b)).isEqualTo("[(nil), (nil)]");
        assertThat(client.call("DBSIZE")).isEqualTo("0");
    }

    @Test
    void errorsAreTheServers() {
        TestClient client = plane.client();

        assertThat(client.call("SELECT", "16")).isEqualTo("-ERR DB index is out of range");
        assertThat(client.call("SELECT", "-1")).isEqualTo("-ERR DB index is out of range");
        assertThat(client.call("SELECT", "x")).isEqualTo("-ERR value is not an integer or out of range");
        assertThat(client.call("SELECT")).isEqualTo("-ERR wrong number of arguments for 'select' command");
        assertThat(client.call("CLIENT", "INFO")).contains(" db=0 ");
    }

    @Test
    void clientInfoTellsItAndResetGoesBack() {
        TestClient client = plane.client();
        client.call("SELECT", "5");
        client.call("SET", "k", "five");

        assertThat(client.call("CLIENT", "INFO")).contains(" db=5 ");
        assertThat(client.call("PING")).isEqualTo("PONG");
        assertThat(client.call("GET", "k")).isEqualTo("five");
        client.send(TestClient.command("APPEND", "k", "!") + TestClient.command("RESET")
                + TestClient.command("GET", "k") + TestClient.command("CLIENT", "INFO"));
        assertThat(client.replies(3)).containsExactly("5", "RESET", "(nil)");
        assertThat(client.reply()).contains(" db=0 ");
    }

    @Test
    void insideMultiAndWhileKeysAreWatchedItIsRefused() {
        TestClient client = plane.client();
        client.call("SELECT", "1");
        client.call("MULTI");

        assertThat(client.call("SELECT", "0"))
                .startsWith("-ERR Slotgate: SELECT is not supported inside a transaction");
        assertThat(client.call("EXEC")).startsWith("-EXECABORT");
        client.call("WATCH", "k");
        assertThat(client.call("SELECT", "0"))
                .startsWith("-ERR Slotgate: SELECT is not supported while keys are watched");
        assertThat(client.call("SELECT", "1")).isEqualTo("OK");
        assertThat(client.call("UNWATCH")).isEqualTo("OK");
        assertThat(client.call("SELECT", "0")).isEqualTo("OK");
    }

    @Test
    void redirectsAndAskingKeepTheDatabase() {
        TestClient client = plane.client();
        String key = cluster.key(0, "k");
        int slot = SlotHash.slot(key);
        client.call("SELECT", "7");
        client.call("SET", key, "seven");

        cluster.migrate(slot, 2);
        cluster.in(7, () -> cluster.migrateKey(key));
        assertThat(client.call("GET", key)).isEqualTo("seven");
        cluster.move(slot, 2);
        assertThat(client.call("GET", key)).isEqualTo("seven");
        cluster.node(2).cut();
        assertThat(client.call("GET", key)).isEqualTo("seven");
    }

    @Test
    void subscriptionsOutliveIt() {
        FakePubSub pubsub = new FakePubSub(cluster);
        TestClient client = plane.client();
        client.call("HELLO", "3");
        client.call("SUBSCRIBE", "c");
        assertThat(client.call("SELECT", "9")).isEqualTo("OK");
        assertThat(client.call("SUBSCRIBE", "d")).contains("d");
        assertThat(client.call("CLIENT", "INFO")).contains(" db=9 ").contains(" sub=2 ");
        pubsub.publish("c", "one");
        assertThat(client.reply()).contains("one");
        assertThat(client.call("UNSUBSCRIBE", "c")).contains("unsubscribe");
        assertThat(client.call("SELECT", "0")).isEqualTo("OK");
        pubsub.publish("d", "two");
        assertThat(client.reply()).contains("two");
    }

    @Test
    void waysAreBoundedAndThoseThatNobodyUsesMakeRoom() {
        TestClient[] clients = {plane.client(), plane.client(), plane.client(), plane.client()};
        for (int i = 0; i < 3; i++) {
            assertThat(clients[i].call("SELECT", Integer.toString(i + 1))).isEqualTo("OK");
        }
        assertThat(plane.count(Metric.UPSTREAM_USERS)).isEqualTo(3);

        assertThat(clients[3].call("SELECT", "4")).isEqualTo("-ERR Slotgate: 3 users and databases of the cluster have"
                + " channels, and that is the most (auth.upstream-users)");
        assertThat(clients[3].call("GET", "k")).isEqualTo("(nil)");
        clients[0].call("SELECT", "0");
        assertThat(clients[3].call("SELECT", "4")).isEqualTo("OK");
        assertThat(clients[3].call("SET", "k", "v")).isEqualTo("OK");
    }

    @Test
    void aNodeThatRefusesTheDatabaseEndsTheSessionsThere() {
        TestClient client = plane.client();
        cluster.rule((node, command) -> command.is("select")
                ? Answer.error("ERR DB index is out of range")
                : cluster.answer(node, command));
        assertThat(client.call("SELECT", "3")).isEqualTo("OK");
        assertThat(client.rest()).isEmpty();
        plane.awaitCount(Metric.SESSIONS, 0);
        assertThat(plane.client().call("GET", "k")).isEqualTo("(nil)");
        plane.awaitCount(Metric.UPSTREAM_USERS, 0);
        assertThat(plane.feedback).noneMatch(told -> told.startsWith("unreachable"));
    }

    /** Lets user ann in with password pw, whom the nodes allow all databases but 5. */
    private void serveAnn() {
        Map<String, String> users = new ConcurrentHashMap<>();
        cluster.rule((node, command) -> {
            String connection = node + "/" + command.connection();
            if (command.is("auth")) {
                String user = command.words().size() == 3 ? command.word(1) : "default";
                if (!command.words().getLast().equals("pw")) {
                    return Answer.error("WRONGPASS invalid username-password pair or user is disabled.");
                }
                users.put(connection, user);
                return Answer.OK;
            }
            if (command.is("select") && command.word(1).equals("5") && users.containsKey(connection)) {
                return Answer.error("NOPERM User ann has no permissions to run the 'select' command");
            }
            return cluster.answer(node, command);
        });
    }

    @Test
    void aUserOfTheClusterSelectsWhatTheNodesAllow() {
        serveAnn();
        TestClient client = plane.client();
        assertThat(client.call("AUTH", "ann", "pw")).isEqualTo("OK");
        assertThat(client.call("SET", "k", "zero")).isEqualTo("OK");

        assertThat(client.call("SELECT", "5"))
                .isEqualTo("-NOPERM User ann has no permissions to run the 'select' command");
        assertThat(client.call("GET", "k")).isEqualTo("zero");
        assertThat(client.call("SELECT", "3")).isEqualTo("OK");
        assertThat(client.call("GET", "k")).isEqualTo("(nil)");
        assertThat(client.call("SET", "k", "three")).isEqualTo("OK");
        assertThat(client.call("CLIENT", "INFO")).contains(" db=3 ").contains(" user=ann ");
        assertThat(client.call("SELECT", "0")).isEqualTo("OK");
        assertThat(client.call("GET", "k")).isEqualTo("zero");
    }

    @Test
    void theDatabaseStaysThroughAuth() {
        serveAnn();
        TestClient client = plane.client();
        client.call("SELECT", "3");
        client.call("SET", "k", "three");

        assertThat(client.call("AUTH", "ann", "pw")).isEqualTo("OK");
        assertThat(client.call("GET", "k")).isEqualTo("three");
        assertThat(client.call("AUTH", "ann", "wrong")).startsWith("-WRONGPASS");
        assertThat(client.call("GET", "k")).isEqualTo("three");
        assertThat(client.call("RESET")).isEqualTo("RESET");
        assertThat(client.call("GET", "k")).isEqualTo("(nil)");
        assertThat(client.call("CLIENT", "INFO")).contains(" db=0 ").contains(" user=default ");
        plane.sweep();
        // ann, ann's database 3 and ours: kept for a minute.
        assertThat(plane.count(Metric.UPSTREAM_USERS)).isEqualTo(3);
        assertThat(client.call("SELECT", "4")).isEqualTo("OK");
        assertThat(client.call("SELECT", "0")).isEqualTo("OK");
    }

    @Test
    void manyClientsThatSelectAtRandomNeverMeet() {
        Random random = new Random(3);
        List<String> keys = List.of(cluster.key(0, "r"), cluster.key(1, "r"), cluster.key(2, "r"));
        TestClient[] clients = new TestClient[6];
        int[] databases = new int[clients.length];
        for (int i = 0; i < clients.length; i++) {
            clients[i] = plane.client();
        }
        for (int round = 0; round < 300; round++) {
            int who = random.nextInt(clients.length);
            StringBuilder sent = new StringBuilder();
            int expected = 0;
            if (random.nextInt(3) == 0) {
                databases[who] = random.nextInt(4);
                sent.append(TestClient.command("SELECT", Integer.toString(databases[who])));
                expected++;
            }
            String key = keys.get(random.nextInt(keys.size()));
            String value = "db" + databases[who];
            sent.append(TestClient.command("SET", key, value)).append(TestClient.command("GET", key));
            List<String> replies = clients[who].send(sent.toString()).replies(expected + 2);
            assertThat(replies.getLast()).as("round %s", round).isEqualTo(value);
        }
        for (int database = 0; database < 4; database++) {
            int of = database;
            cluster.in(database, () -> keys.forEach(key -> {
                String value = cluster.get(key);
                assertThat(value == null || value.equals("db" + of)).as("%s in %s", value, of).isTrue();
            }));
        }
        for (int node = 0; node < NODES; node++) {
            assertThat(cluster.node(node).commands("select")).as("only what new connections say").hasSize(3);
        }
    }
}
