package io.slotgate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slotgate.deploy.dev.LocalNode;
import io.slotgate.proxy.command.SlotHash;
import io.slotgate.proxy.metrics.Metric;
import io.slotgate.proxy.plane.PlaneLimits;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Blocking commands on real servers: who blocks, who leaves, what moves meanwhile. */
@Timeout(240)
class BlockingIT {
    private static final int CLIENTS = 2_000;
    /** Few against those: the connections that stay for the next to block, and what other tests need. */
    private static final int KEPT = 100;

    private static long atRest;

    @RegisterExtension
    static final ProxyFixture proxy = new ProxyFixture().cluster(cluster -> cluster.shards(3).replicas(1))
            .limits(new PlaneLimits().leases(3_000).limits());

    @RegisterExtension
    static final StandaloneServer standalone = new StandaloneServer();

    @AfterEach
    void nothingStays() throws IOException {
        proxy.awaitIdle();
        awaitLeases(0);
        try (Wire client = proxy.connectPlain()) {
            assertThat(client.raw("FLUSHALL")).isEqualTo("+OK\r\n");
        }
    }

    private static void awaitLeases(long count) {
        await().atMost(ProxyFixture.PATIENCE).until(() -> proxy.metric(Metric.LEASES) == count);
    }

    @BeforeAll
    static void countConnections() throws IOException {
        atRest = connections();
    }

    /** Clients that the nodes say are blocked. */
    private static long blocked() throws IOException {
        return clients("blocked_clients:");
    }

    /** Connections that the nodes say they have. */
    private static long connections() throws IOException {
        return clients("connected_clients:");
    }

    private static long clients(String figure) throws IOException {
        long sum = 0;
        for (LocalNode node : proxy.cluster().nodes()) {
            sum += node.text("INFO", "clients").lines().filter(line -> line.startsWith(figure))
                    .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(':') + 1).trim())).sum();
        }
        return sum;
    }

    private static void awaitBlocked(long count) {
        await().atMost(ProxyFixture.PATIENCE).until(() -> blocked() == count);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            LPUSH a x         | BLPOP none a 0                  | [a, x]
            LPUSH a x         | BRPOP a 60.5                    | [a, x]
            LPUSH a x         | BLMOVE a a LEFT RIGHT 0         | x
            LPUSH a x         | BRPOPLPUSH a a 0                | x
            LPUSH a x y z     | BLMPOP 0 1 a LEFT COUNT 2       | [a, [z, y]]
            ZADD a 1 x        | BZPOPMIN a 0                    | [a, x, 1]
            ZADD a 1 x        | BZPOPMAX a 0                    | [a, x, 1]
            ZADD a 1 x        | BZMPOP 0 1 a MIN                | [a, [[x, 1]]]
            XADD a 1-1 f v    | XREAD BLOCK 0 STREAMS a 0       | [[a, [[1-1, [f, v]]]]]
            XADD a 1-1 f v    | XREAD BLOCK 0 STREAMS a $       | [[a, [[1-1, [f, v]]]]]
            """)
    void answersWhatIsThereAndWhatComes(String push, String pop, String expected) throws IOException {
        String tag = "{t}";
        String[] pushing = push.replaceAll("\\ba\\b", tag + "a").split(" ");
        String[] popping = pop.replaceAll("\\ba\\b", tag + "a").replace("none", tag + "none").split(" ");
        String reply = expected.replaceAll("\\ba\\b", tag + "a");
        try (Wire client = proxy.connect(); Wire other = proxy.connect()) {
            if (!pop.contains("$")) {
                // Given: it is there
                other.call(pushing);
                assertThat(client.call(popping)).hasToString(reply);
                other.call("DEL", tag + "a");
            }
            // Given: it comes
            client.send(popping);
            awaitBlocked(1);
            other.call(pushing);
            assertThat(client.read()).hasToString(reply);
        }
    }

    @Test
    void groupsReadWhatComes() throws IOException {
        try (Wire client = proxy.connect(); Wire other = proxy.connect()) {
            assertThat(other.call("XGROUP", "CREATE", "s", "block", "$", "MKSTREAM")).isEqualTo("OK");
            client.send("XREADGROUP", "GROUP", "block", "c", "BLOCK", "0", "STREAMS", "s", ">");
            awaitBlocked(1);
            other.call("XADD", "s", "1-1", "f", "v");
            assertThat(client.read()).hasToString("[[s, [[1-1, [f, v]]]]]");
            assertThat(client.raw("XREADGROUP", "GROUP", "block", "c", "BLOCK", "10", "STREAMS", "s", ">"))
                    .isEqualTo("*-1\r\n");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"BLPOP a 0.01", "BLMOVE a b LEFT LEFT 0.01", "BLMPOP 0.01 1 a LEFT", "BZPOPMIN a 0.01",
        "XREAD BLOCK 10 STREAMS a $", "BLPOP a x", "BLPOP a -1", "BLMPOP x 1 a LEFT", "BLMPOP 0 0 a LEFT",
        "XREAD BLOCK x STREAMS a $", "XREAD BLOCK -1 STREAMS a $", "XREAD BLOCK 0 STREAMS a", "BLPOP s 0", "WAIT x 1",
        "WAIT 1 -1", "WAITAOF 2 0 0"})
    void answersAsAServerDoes(String command) throws IOException {
        for (String protocol : List.of("2", "3")) {
            try (Wire direct = standalone.connect(); Wire client = proxy.connect()) {
                for (Wire each : List.of(direct, client)) {
                    each.call("HELLO", protocol);
                    each.call("SET", "s", "x");
                }
                String tagged = command.replaceAll("\\b([ab])\\b", "{t}$1");
                String expected = direct.raw(tagged.split(" "));
                assertThat(client.raw(tagged.split(" "))).isEqualTo(expected);
            }
        }
    }

    @Test
    void twoThousandClientsBlockAtOnceAndEachGetsItsElementOnce() throws IOException {
        // Given: half of them on one key, half on keys of their own
        Map<SocketChannel, StringBuilder> replies = new HashMap<>();
        try (Selector selector = Selector.open(); Wire pusher = proxy.connectPlain()) {
            for (int i = 0; i < CLIENTS; i++) {
                SocketChannel client = SocketChannel
                        .open(new InetSocketAddress(InetAddress.getLoopbackAddress(), proxy.server().plainPort()));
                client.write(ByteBuffer.wrap(Wire.command("BLPOP", i % 2 == 0 ? "shared" : "own" + i, "0")));
                client.configureBlocking(false);
                client.register(selector, SelectionKey.OP_READ);
                replies.put(client, new StringBuilder());
            }
            awaitBlocked(CLIENTS);
            assertThat(proxy.metric(Metric.LEASES)).isEqualTo(CLIENTS);

            // When
            for (int i = 0; i < CLIENTS; i++) {
                assertThat(pusher.call("RPUSH", i % 2 == 0 ? "shared" : "own" + i, "e" + i)).isEqualTo(1L);
            }

            // Then
            Set<String> elements = new HashSet<>();
            ByteBuffer read = ByteBuffer.allocate(256);
            while (elements.size() < CLIENTS) {
                assertThat(selector.select(30_000)).as("clients with a reply").isPositive();
                for (SelectionKey key : selector.selectedKeys()) {
                    SocketChannel client = (SocketChannel) key.channel();
                    assertThat(client.read(read.clear())).isPositive();
                    StringBuilder reply = Objects.requireNonNull(replies.get(client))
                            .append(StandardCharsets.US_ASCII.decode(read.flip()));
                    String[] lines = reply.toString().split("\r\n", -1);
                    if (lines.length == 6) {
                        assertThat(elements.add(lines[4])).as(reply.toString()).isTrue();
                    }
                }
                selector.selectedKeys().clear();
            }
        } finally {
            for (SocketChannel client : replies.keySet()) {
                client.close();
            }
        }
    }

    @Test
    void connectionsOfManyClientsThatLeaveAreGivenUpAtOnce() throws IOException {
        long blocked;
        try (Crowd clients = new Crowd(proxy.server().plainPort(), CLIENTS)) {
            clients.say(Wire.command("BLPOP", "never", "0"));
            awaitBlocked(CLIENTS);
            blocked = connections();
            assertThat(blocked).isGreaterThanOrEqualTo(atRest + CLIENTS);
        }

        awaitBlocked(0);
        await().atMost(ProxyFixture.PATIENCE).until(() -> connections() <= blocked - CLIENTS + KEPT);
        try (Wire client = proxy.connectPlain()) {
            assertThat(client.call("RPUSH", "never", "e")).isEqualTo(1L);
            assertThat(client.call("LLEN", "never")).isEqualTo(1L);
        }
    }

    /** Half a minute after the last of them was used: those of {@link #CLIENTS} clients that had their elements. */
    @AfterAll
    static void fewOfTheConnectionsStay() {
        await().atMost(Duration.ofMinutes(3)).until(() -> connections() <= atRest + KEPT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"BLPOP {u}a 0", "BLMOVE {u}a {u}b LEFT RIGHT 0", "BLMPOP 0 1 {u}a LEFT", "BZPOPMIN {u}z 0",
        "XREAD BLOCK 0 STREAMS {u}s $", "WAIT 9 0"})
    void whoIsUnblockedIsAnsweredAsAServerDoes(String command) throws IOException {
        for (String protocol : List.of("2", "3")) {
            for (String reason : List.of("", " TIMEOUT", " ERROR")) {
                try (Wire direct = standalone.connect(); Wire client = proxy.connect()) {
                    List<String> replies = new ArrayList<>();
                    for (Wire each : List.of(direct, client)) {
                        each.call("HELLO", protocol);
                        String unblock = "CLIENT UNBLOCK " + each.call("CLIENT", "ID") + reason;
                        each.send(command.split(" "));
                        try (Wire other = each == direct ? standalone.connect() : proxy.connectPlain()) {
                            // 0 as long as it does not block.
                            await().atMost(ProxyFixture.PATIENCE)
                                    .until(() -> other.raw(unblock.split(" ")).equals(":1\r\n"));
                            replies.add(each.readRaw());
                            assertThat(other.raw(unblock.split(" "))).isEqualTo(":0\r\n");
                        }
                        assertThat(each.raw("PING")).isEqualTo("+PONG\r\n");
                    }
                    if (reason.equals(" ERROR")) {
                        assertThat(replies).containsOnly("-UNBLOCKED client unblocked via CLIENT UNBLOCK\r\n");
                    } else if (command.startsWith("WAIT")) {
                        // The one has no replica.
                        assertThat(replies.getFirst()).isEqualTo(":0\r\n");
                        assertThat(replies.getLast()).isIn(":0\r\n", ":1\r\n");
                    } else {
                        assertThat(replies.getLast()).as(command + reason).isEqualTo(replies.getFirst());
                    }
                }
            }
        }
        awaitBlocked(0);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aClientThatLeftTakesNothing(boolean reset) throws IOException {
        try (Wire other = proxy.connect()) {
            List<Wire> leaving = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                Wire client = i % 2 == 0 ? proxy.connect() : proxy.connectPlain();
                client.send("BLPOP", "q" + i, "0");
                leaving.add(client);
            }
            awaitBlocked(20);

            for (Wire client : leaving) {
                if (reset) {
                    client.abort();
                } else {
                    client.close();
                }
            }

            awaitBlocked(0);
            for (int i = 0; i < 20; i++) {
                assertThat(other.call("RPUSH", "q" + i, "e")).isEqualTo(1L);
                assertThat(other.call("LLEN", "q" + i)).isEqualTo(1L);
            }
        }
    }

    @Test
    void aSlotThatMovesTakesItsBlockedClientsWithIt() throws Exception {
        String key = "moving";
        int slot = SlotHash.slot(key);
        int from = proxy.cluster().nodes().indexOf(proxy.cluster().owner(slot));
        int to = (from + 1) % 3;
        try (SlotMover mover = new SlotMover(proxy.cluster(), 3);
                Wire pop = proxy.connect();
                Wire stream = proxy.connect();
                Wire end = proxy.connect();
                Wire timed = proxy.connect();
                Wire other = proxy.connect()) {
            other.call("XADD", "{" + key + "}old", "1-1", "f", "old");
            end.send("XREAD", "BLOCK", "0", "STREAMS", "{" + key + "}old", "$");
            pop.send("BLPOP", key, "0");
            stream.send("XREAD", "BLOCK", "0", "STREAMS", "{" + key + "}s", "0");
            long began = System.nanoTime();
            timed.send("BLPOP", "{" + key + "}never", "12");
            awaitBlocked(4);

            mover.move(slot, from, to);

            awaitBlocked(4);
            assertThat(other.call("RPUSH", key, "e")).isEqualTo(1L);
            assertThat(pop.read()).hasToString("[" + key + ", e]");
            assertThat(other.call("XADD", "{" + key + "}s", "1-1", "f", "v")).isEqualTo("1-1");
            assertThat(stream.read()).hasToString("[[{" + key + "}s, [[1-1, [f, v]]]]]");
            assertThat(other.call("XADD", "{" + key + "}old", "2-1", "f", "new")).isEqualTo("2-1");
            assertThat(end.read()).hasToString("[[{" + key + "}old, [[2-1, [f, new]]]]]");
            assertThat(timed.readRaw()).isEqualTo("*-1\r\n");
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThanOrEqualTo(
                    Duration.ofSeconds(12));
            mover.move(slot, to, from);
        }
    }

    @Test
    void waitCountsReplicasThatHaveWhatTheSessionWrote() throws Exception {
        try (Wire client = proxy.connect()) {
            for (int i = 0; i < 20; i++) {
                client.call("SET", "k" + i, "v");
            }
            assertThat(client.call("WAIT", "1", "50000")).isEqualTo(1L);
            LocalNode owner = proxy.cluster().owner(SlotHash.slot("k1"));
            LocalNode replica = replicaOf(owner);

            // When one of the replicas takes in nothing any more
            replica.pause();
            try {
                assertThat(client.call("SET", "k1", "w")).isEqualTo("OK");
                assertThat(client.call("WAIT", "1", "200")).isEqualTo(0L);
                client.send("WAIT", "1", "0");
            } finally {
                replica.resume();
            }

            // Then
            assertThat(client.read()).isEqualTo(1L);
            assertThat(client.call("DBSIZE")).isEqualTo(20L);
        }
    }

    @Test
    void waitAofCountsWhoHasWrittenToDiskWhatTheSessionWrote() throws Exception {
        try (Wire client = proxy.connect()) {
            configure("appendonly", "yes");
            for (int i = 0; i < 20; i++) {
                client.call("SET", "k" + i, "v");
            }

            assertThat(client.raw("WAITAOF", "1", "1", "50000")).isEqualTo("*2\r\n:1\r\n:1\r\n");

            // When one of the replicas takes in nothing any more
            LocalNode replica = replicaOf(proxy.cluster().owner(SlotHash.slot("k1")));
            replica.pause();
            try {
                assertThat(client.call("SET", "k1", "w")).isEqualTo("OK");
                assertThat(client.raw("WAITAOF", "1", "0", "50000")).startsWith("*2\r\n:1\r\n");
                assertThat(client.raw("WAITAOF", "1", "1", "200")).endsWith("\r\n:0\r\n");
                client.send("WAITAOF", "1", "1", "0");
            } finally {
                replica.resume();
            }

            // Then
            assertThat(client.readRaw()).isEqualTo("*2\r\n:1\r\n:1\r\n");
        } finally {
            configure("appendonly", "no");
        }
    }

    private static void configure(String parameter, String value) throws IOException {
        for (LocalNode node : proxy.cluster().nodes()) {
            node.call("CONFIG", "SET", parameter, value);
        }
    }

    private static LocalNode replicaOf(LocalNode primary) throws IOException {
        for (LocalNode node : proxy.cluster().nodes()) {
            if (node.text("INFO", "replication").contains("master_port:" + primary.address().port())) {
                return node;
            }
        }
        throw new AssertionError("no replica of " + primary.address());
    }
}
