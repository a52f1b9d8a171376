package io.slotgate.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands that concern several nodes: one server would answer the same. */
@Timeout(120)
class CommandsIT {
    @RegisterExtension
    static final ProxyFixture proxy = new ProxyFixture().cluster(cluster -> cluster.shards(3).replicas(0));

    @RegisterExtension
    static final StandaloneServer standalone = new StandaloneServer();

    private Wire through;
    private Wire single;

    @BeforeEach
    void connect() throws IOException {
        through = proxy.connect();
        single = standalone.connect();
        same("FLUSHALL");
    }

    @AfterEach
    void disconnect() throws IOException {
        through.close();
        single.close();
    }

    // ---- split

    @ParameterizedTest
    @ValueSource(strings = {"2", "3"})
    void multiKeyCommandsAnswerAsOneServerDoes(String protocol) throws IOException {
        // Given
        through.call("HELLO", protocol);
        single.call("HELLO", protocol);
        Random random = new Random(11);
        same("RPUSH", "list", "a");

        // When, then
        for (int i = 0; i < 500; i++) {
            switch (random.nextInt(7)) {
                case 0 -> same(pairs("MSET", random));
                case 1 -> same(keys("DEL", random));
                case 2 -> same(keys("UNLINK", random));
                case 3 -> same(keys("EXISTS", random));
                case 4 -> same(keys("TOUCH", random));
                default -> same(keys("MGET", random));
            }
            same("DBSIZE");
        }
    }

    private static String[] keys(String command, Random random) {
        List<String> arguments = new ArrayList<>(
                List.of(random.nextBoolean() ? command : command.toLowerCase(Locale.ROOT)));
        int count = 1 + random.nextInt(40);
        for (int i = 0; i < count; i++) {
            // Some are there twice, some not at all, one is of another type.
            arguments.add(random.nextInt(30) == 0 ? "list" : key(random));
        }
        return arguments.toArray(String[]::new);
    }

    private static String[] pairs(String command, Random random) {
        List<String> arguments = new ArrayList<>(List.of(command));
        int count = 1 + random.nextInt(20);
        for (int i = 0; i < count; i++) {
            byte[] value = new byte[random.nextInt(50)];
            random.nextBytes(value);
            arguments.add(key(random));
            arguments.add(new String(value, Wire.BYTES));
        }
        return arguments.toArray(String[]::new);
    }

    private static String key(Random random) {
        int number = random.nextInt(100);
        return number % 3 == 0 ? "{tag" + number % 7 + "}" + number : "k\r\n\0" + number;
    }

    @ParameterizedTest
    @ValueSource(strings = {"MGET", "MSET", "MSET a", "MSET a 1 b", "DEL", "UNLINK", "EXISTS", "TOUCH", "DBSIZE x",
        "KEYS", "SCAN", "SCAN x", "SCAN -1", "SCAN 0 COUNT", "SCAN 0 COUNT 0", "SCAN 0 COUNT x", "SCAN 0 MATCH",
        "SCAN 0 NOSUCH 1", "FLUSHALL x", "RANDOMKEY x", "SCRIPT LOAD", "SCRIPT EXISTS", "SCRIPT FLUSH x",
        "SCRIPT NOSUCH", "EVAL", "EVAL x", "EVAL return 2 a", "EVAL return -1", "EVAL return x",
        "EVALSHA ffffffffffffffffffffffffffffffffffffffff 0", "GET", "GET a b", "NOSUCH a b", "OBJECT NOSUCH",
        "XREAD COUNT 1", "ZUNION 0", "ZUNION x", "LMPOP 0 a LEFT"})
    void wrongCallsAreAnsweredWithTheServersErrors(String command) throws IOException {
        assertThat(same(command.split(" "))).startsWith("-");
    }

    @Test
    void keysOfSeveralSlotsAreRefusedWhereTheCommandCanNotBeSplit() throws IOException {
        for (String command : List.of("MSETNX a 1 b 2", "SINTER a b", "RENAME a b", "EVAL return(1) 2 a b",
                "SUNIONSTORE a b c", "ZUNION 2 a b", "LMOVE a b LEFT LEFT", "COPY a b", "PFCOUNT a b",
                "XREAD STREAMS a b 0 0", "BITOP AND a b c", "SORT a STORE b")) {
            assertThat(through.raw(command.split(" "))).as(command)
                    .isEqualTo("-CROSSSLOT Keys in request don't hash to the same slot\r\n");
        }
    }

    @Test
    void sortLooksUpWhatIsInItsSlotAndNothingElse() throws IOException {
        same("RPUSH", "{t}ids", "3", "1", "2");
        for (int id = 1; id <= 3; id++) {
            same("SET", "{t}weight_" + id, Integer.toString(10 - id));
            same("HSET", "{t}object_" + id, "name", "name" + id);
        }

        for (String command : List.of("SORT {t}ids BY {t}weight_*", "SORT {t}ids GET {t}weight_*",
                "SORT {t}ids BY {t}weight_* LIMIT 1 5 GET {t}object_*->name DESC",
                "SORT_RO {t}ids BY {t}weight_*",
                "SORT {t}ids BY nosort", "SORT {t}ids BY {t}weight_* STORE {t}sorted", "LRANGE {t}sorted 0 -1")) {
            assertThat(same(command.split(" "))).as(command).doesNotStartWith("-");
        }
        for (String command : List.of("SORT {t}ids BY weight_*", "SORT {t}ids BY {u}weight_*",
                "SORT {t}ids GET weight_*", "SORT_RO {t}ids GET {u}object_*->name")) {
            assertThat(through.raw(command.split(" "))).as(command).startsWith("-ERR ")
                    .contains("option of SORT denied");
        }
    }

    // ---- the whole keyspace

    @Test
    void keysAndScanSeeWhatMatches() throws IOException {
        // Given
        for (int i = 0; i < 3_000; i++) {
            write("SET", "string:" + i, "x");
            write("HSET", "hash:" + i, "f", "v");
        }
        flush(6_000);

        // When, then
        for (String pattern : List.of("*", "string:*", "*:1?", "hash:[0-3]*", "nosuch", "{string}*", "string:7")) {
            assertThat(set(through.call("KEYS", pattern))).as(pattern).isEqualTo(set(single.call("KEYS", pattern)));
            assertThat(scan(through, "MATCH", pattern)).as(pattern).isEqualTo(scan(single, "MATCH", pattern));
        }
        for (String count : List.of("1", "10", "5000", "100000")) {
            assertThat(scan(through, "COUNT", count)).hasSize(6_000);
        }
        assertThat(scan(through, "TYPE", "hash", "COUNT", "100")).hasSize(3_000)
                .allMatch(key -> key.startsWith("hash:"));
        assertThat(scan(through, "TYPE", "zset")).isEmpty();
        assertThat(scan(through, "TYPE", "string", "MATCH", "*9", "COUNT", "50"))
                .isEqualTo(scan(single, "TYPE", "string", "MATCH", "*9"));
    }

    /** Every key that is there all the time is seen, whatever else comes and goes. */
    @Test
    void scanSeesEveryKeyThatStaysWhileOthersComeAndGo() throws IOException {
        for (int i = 0; i < 2_000; i++) {
            write("SET", "stays:" + i, "x");
        }
        flush(2_000);
        try (Wire other = proxy.connect()) {
            Set<String> seen = new HashSet<>();
            String cursor = "0";
            int round = 0;
            do {
                List<?> page = (List<?>) Objects.requireNonNull(through.call("SCAN", cursor, "COUNT", "20"));
                cursor = (String) Objects.requireNonNull(page.get(0));
                assertThat(Long.parseLong(cursor)).as("cursor for JavaScript").isLessThan(1L << 53);
                seen.addAll(set(page.get(1)));
                other.call("SET", "comes:" + round, "x");
                other.call("DEL", "comes:" + (round - 10));
                round++;
            } while (!cursor.equals("0"));
            assertThat(seen).containsAll(
                    java.util.stream.IntStream.range(0, 2_000).mapToObj(i -> "stays:" + i).toList());
        }
    }

    @Test
    void randomKeyFindsKeysOnAllNodesAndNothingInAnEmptyKeyspace() throws IOException {
        assertThat(same("RANDOMKEY")).isEqualTo("$-1\r\n");
        assertThat(through.call("SET", "only", "x")).isEqualTo("OK");
        for (int i = 0; i < 20; i++) {
            assertThat(through.call("RANDOMKEY")).isEqualTo("only");
        }
        for (int i = 0; i < 300; i++) {
            through.call("SET", "r" + i, "x");
        }
        Set<Object> found = new HashSet<>();
        for (int i = 0; i < 300; i++) {
            found.add(Objects.requireNonNull(through.call("RANDOMKEY")));
        }
        assertThat(found).hasSizeGreaterThan(20);
    }

    @ParameterizedTest
    @ValueSource(strings = {"FLUSHALL", "FLUSHALL SYNC", "FLUSHALL ASYNC", "FLUSHDB", "FLUSHDB ASYNC"})
    void flushEmptiesAllNodes(String command) throws IOException {
        for (int i = 0; i < 100; i++) {
            through.call("SET", "f" + i, "x");
        }
        assertThat(through.call("DBSIZE")).isEqualTo(100L);
        assertThat(through.raw(command.split(" "))).isEqualTo("+OK\r\n");
        assertThat(through.call("DBSIZE")).isEqualTo(0L);
        assertThat(through.call("MGET", "f1", "f2", "f3")).asString().isEqualTo("[null, null, null]");
    }

    // ---- scripts

    @Test
    void scriptsAreLoadedEverywhere() throws IOException {
        same("SCRIPT", "FLUSH");
        String script = "return {KEYS[1], ARGV[1], redis.call('INCRBY', KEYS[1], ARGV[1])}";
        String sha = (String) Objects.requireNonNull(Reply.parse(same("SCRIPT", "LOAD", script)));
        String none = "f".repeat(40);

        same("SCRIPT", "EXISTS", sha, none, sha);
        for (int i = 0; i < 50; i++) {
            same("EVALSHA", sha, "1", "counter" + i, "3");
            same("EVALSHA_RO", sha, "0");
            same("EVALSHA", none, "1", "counter" + i);
        }
        same("SCRIPT", "FLUSH");
        same("SCRIPT", "EXISTS", sha);
        same("EVALSHA", sha, "1", "counter1", "3");
    }

    @Test
    void scriptsRunWithAndWithoutKeys() throws IOException {
        for (int i = 0; i < 20; i++) {
            same("EVAL", "return redis.call('SET', KEYS[1], ARGV[1])", "1", "key" + i, "v" + i);
            same("EVAL", "return redis.call('GET', KEYS[1])", "1", "key" + i);
            same("EVAL_RO", "return {redis.call('GET', KEYS[1]), redis.call('EXISTS', KEYS[2])}", "2", "{key" + i + "}",
                    "{key" + i + "}");
            same("EVAL", "return ARGV", "0", "a", "b", "" + i);
            same("EVAL", "return {1, 'two', {3, false}, 4.9}", "0");
        }
        same("EVAL", "return redis.error_reply('MY own')", "0");
        same("EVAL", "return redis.call('NOSUCH')", "0");
        // What a script says with the words of a redirect is an answer all the same, after which all goes on.
        same("EVAL", "return redis.error_reply('TRYAGAINLATER no redirect')", "0");
        same("PING");
    }

    // ---- not yet, or never

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            MONITOR                       | it would show every client's commands
            CONFIG SET maxmemory 1        | settings belong to the nodes
            SHUTDOWN NOSAVE               | all clients share
            CLUSTER RESET                 | the cluster is changed on its own nodes
            CLUSTER SETSLOT 1 STABLE      | the cluster is changed on its own nodes
            REPLICAOF NO ONE              | replication is between the nodes
            DEBUG SLEEP 1                 | all clients share
            """)
    void whatIsNotDoneIsRefusedWithAReason(String command, String reason) throws IOException {
        assertThat(through.raw(command.split(" "))).startsWith("-ERR Slotgate: ").contains(reason).endsWith("\r\n");
        assertThat(through.raw("PING")).isEqualTo("+PONG\r\n");
    }

    /** Sends it to both and expects the same bytes. */
    private String same(String... command) throws IOException {
        String expected = single.raw(command);
        assertThat(through.raw(command)).as(String.join(" ", command)).isEqualTo(expected);
        return expected;
    }

    private void write(String... command) throws IOException {
        through.send(command);
        single.send(command);
    }

    private void flush(int replies) throws IOException {
        for (int i = 0; i < replies; i++) {
            assertThat(through.readRaw()).isEqualTo(single.readRaw());
        }
    }

    private static Set<String> set(@Nullable Object list) {
        List<String> all = new ArrayList<>();
        ((Collection<?>) Objects.requireNonNull(list)).forEach(each -> all.add((String) each));
        Set<String> different = new TreeSet<>(all);
        assertThat(all).hasSameSizeAs(different);
        return different;
    }

    private static Set<String> scan(Wire client, String... options) throws IOException {
        Set<String> found = new TreeSet<>();
        String cursor = "0";
        do {
            List<String> command = new ArrayList<>(List.of("SCAN", cursor));
            command.addAll(List.of(options));
            List<?> page = (List<?>) Objects.requireNonNull(client.call(command.toArray(String[]::new)));
            cursor = (String) Objects.requireNonNull(page.get(0));
            found.addAll(set(page.get(1)));
        } while (!cursor.equals("0"));
        return found;
    }
}
