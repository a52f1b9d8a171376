package io.slotgate.proxy.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.Unpooled;
import io.slotgate.proxy.command.SlotHash;
import io.slotgate.proxy.metrics.Metric;
import io.slotgate.proxy.plane.Answer;
import io.slotgate.proxy.plane.FakeCluster;
import io.slotgate.proxy.plane.Plane;
import io.slotgate.proxy.plane.PlaneLimits;
import io.slotgate.proxy.plane.Rule;
import io.slotgate.proxy.plane.TestClient;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is seen of commands on their way. */
@Timeout(60)
class ObserverTest {
    private static final long SLOW_MILLIS = 50;

    private final AtomicLong nanos = new AtomicLong(1);
    private final Traces traces = new Traces(1, false);
    private final Observer observer = new Observer(SlowLog.of(TimeUnit.MILLISECONDS.toNanos(SLOW_MILLIS), 128), 1,
            traces, new LoopClock(nanos::get));
    @AutoClose
    private final FakeCluster cluster = new FakeCluster(2);
    @AutoClose
    private final Plane plane = Plane.builder(cluster.map()).observer(observer)
            .limits(new PlaneLimits().streamBytes(64 * 1024)).start();
    private final TestClient client = plane.client();
    private final String a = cluster.key(0, "a");
    private final String b = cluster.key(1, "b");

    @Test
    void countsCommandsTheirErrorsAndTheirTimes() {
        client.call("SET", a, "1");
        client.call("GET", a);
        client.call("GET", b);
        answer(0, "get", command -> Answer.error("ERR no"));
        client.call("GET", a);
        client.call("GET");
        client.call("PING");

        CommandFigures get = figures("get");
        assertThat(get.calls()).isEqualTo(4);
        assertThat(get.errors()).isEqualTo(2);
        assertThat(get.upstream().count()).isEqualTo(3);
        assertThat(get.total().count()).isEqualTo(4);
        assertThat(figures("set").calls()).isEqualTo(1);
        assertThat(figures("ping").calls()).isEqualTo(1);
    }

    @Test
    void tellsByClassWhatCameOfCommands() {
        answer(0, "set", command -> Answer.CLOSE);
        assertThat(client.call("SET", a, "1")).startsWith("-UNCERTAIN ");
        assertThat(client.call("SET", b, "1")).isEqualTo("OK");
        assertThat(client.call("SET", b)).startsWith("-ERR wrong number");
        answer(1, "lpush", command -> Answer.error("WRONGTYPE no list"));
        assertThat(client.call("LPUSH", b, "1")).startsWith("-WRONGTYPE");
        client.call("GET", b);
        client.call("NOSUCHCOMMAND");

        Map<CommandClass, ClassFigures> classes = ClassFigures.of(plane.call(observer::commands));

        ClassFigures writes = Objects.requireNonNull(classes.get(CommandClass.WRITE));
        assertThat(writes.ok()).isEqualTo(1);
        assertThat(writes.error()).isEqualTo(1);
        assertThat(writes.uncertain()).isEqualTo(1);
        assertThat(writes.refused()).isEqualTo(1);
        assertThat(writes.total().count()).isEqualTo(4);
        assertThat(writes.upstream().count()).isEqualTo(2);
        assertThat(Objects.requireNonNull(classes.get(CommandClass.READ)).ok()).isEqualTo(1);
        assertThat(classes).doesNotContainKeys(CommandClass.SCRIPT, CommandClass.ADMIN);
        assertThat(plane.count(Metric.UNKNOWN)).isEqualTo(1);
        assertThat(plane.feedback).contains("lost " + cluster.node(0).address() + " 1 uncertain 0 resent");
    }

    @Test
    void whatNoNodeAnsweredIsTracedWithoutOne() {
        answer(0, "set", command -> Answer.CLOSE);
        assertThat(client.call("SET", a, "1")).startsWith("-UNCERTAIN ");
        client.call("GET", b);

        assertThat(traces.take(10)).extracting(CommandTrace::name, CommandTrace::node, CommandTrace::error)
                .containsExactly(tuple("set", null, true), tuple("get", cluster.node(1).address().toString(), false));
    }

    @Test
    void aTimeIsFromTheCommandToItsReply() {
        slowly("get", "GET", a);

        assertThat(figures("get").total().sumNanos()).isEqualTo(TimeUnit.MILLISECONDS.toNanos(SLOW_MILLIS));
        assertThat(figures("get").upstream().sumNanos()).isEqualTo(TimeUnit.MILLISECONDS.toNanos(SLOW_MILLIS));
    }

    @Test
    void aCommandInPartsIsOneCallWithATimeForEachPart() {
        client.call("MGET", a, b, a);

        assertThat(figures("mget").calls()).isEqualTo(1);
        assertThat(figures("mget").upstream().count()).isEqualTo(2);
    }

    @Test
    void transactionsCountWhatIsQueuedAndTakeTheirTimeAtExec() {
        client.send(TestClient.command("MULTI") + TestClient.command("SET", a, "1") + TestClient.command("EXEC"));
        assertThat(client.replies(3)).containsExactly("OK", "QUEUED", "[OK]");

        assertThat(figures("multi").calls()).isEqualTo(1);
        assertThat(figures("set").calls()).isEqualTo(1);
        assertThat(figures("set").total().count()).isZero();
        assertThat(figures("exec").total().count()).isEqualTo(1);
    }

    @Test
    void commandsThatBlockHaveNoTimes() {
        CompletableFuture<Void> gate = holdBack("blpop");
        client.ask("BLPOP", a, "0");
        await().until(() -> cluster.node(0).commands("blpop").size() == 1);
        gate.complete(null);
        client.reply();

        assertThat(figures("blpop").calls()).isEqualTo(1);
        assertThat(figures("blpop").total().count()).isZero();
        assertThat(figures("blpop").upstream().count()).isZero();
        assertThat(observer.slowLog().entries()).isEmpty();
    }

    @Test
    void slowCommandsAreKeptAsAServerKeepsThem() {
        client.call("CLIENT", "SETNAME", "me");
        String[] words = new String[40];
        words[0] = "DEL";
        for (int i = 1; i < words.length; i++) {
            words[i] = "{" + a + "}" + "x".repeat(200);
        }

        slowly("del", words);

        List<SlowCommand> entries = observer.slowLog().entries();
        assertThat(entries).hasSize(1);
        SlowCommand entry = entries.getFirst();
        assertThat(entry.micros()).isEqualTo(SLOW_MILLIS * 1000);
        assertThat(entry.arguments()).hasSize(32).startsWith("DEL", words[1].substring(0, 128) + "... ("
                + (words[1].length() - 128) + " more bytes)").endsWith("... (9 more arguments)");
        assertThat(entry.client()).startsWith("127.0.0.1:");
        assertThat(entry.clientName()).isEqualTo("me");
        assertThat(plane.count(Metric.SLOW_COMMANDS)).isEqualTo(1);
        assertThat(plane.count(Metric.KEPT_BYTES)).isZero();
    }

    @Test
    void ofACommandInPartsTheNameIsKept() {
        slowly("mget", "MGET", a, b);

        assertThat(observer.slowLog().entries()).extracting(SlowCommand::arguments)
                .containsExactly(List.of("MGET", "... (arguments not kept)"));
    }

    @Test
    void oneSlowLogIsShownOfNodesAndProxy() {
        slowly("get", "GET", a);
        for (int node = 0; node < 2; node++) {
            answer(node, "slowlog", command -> switch (command.word(1)) {
                case "GET" -> Answer.raw("*1\r\n*6\r\n:7\r\n:1000\r\n:20000\r\n*1\r\n$1\r\nx\r\n$1\r\na\r\n$0\r\n\r\n");
                case "LEN" -> Answer.integer(1);
                default -> Answer.raw("+OK\r\n");
            });
        }
        SlowCommand own = observer.slowLog().entries().getFirst();

        assertThat(client.call("SLOWLOG", "LEN")).isEqualTo("3");
        assertThat(client.call("SLOWLOG", "GET", "2")).isEqualTo("[[0, " + own.unixSeconds() + ", " + own.micros()
                + ", [GET, " + a + "], " + own.client() + ", ], [7, 1000, 20000, [x], a, ]]");
        assertThat(client.call("SLOWLOG", "GET", "-1")).endsWith("[7, 1000, 20000, [x], a, ]]");
        assertThat(client.call("SLOWLOG", "RESET")).isEqualTo("OK");
        assertThat(client.call("SLOWLOG", "LEN")).isEqualTo("2");
    }

    @Test
    void latencyEventsAreThoseOfTheNodesAndOurs() {
        slowly("get", "GET", a);
        for (int node = 0; node < 2; node++) {
            answer(node, "latency", command -> switch (command.word(1)) {
                case "LATEST" -> Answer.raw("*1\r\n*4\r\n$4\r\nfork\r\n:1000\r\n:7\r\n:9\r\n");
                case "HISTORY" -> Answer.raw("*0\r\n");
                default -> Answer.integer(1);
            });
        }
        LatencySpikes.Spike own = observer.slowLog().spikes().history().getFirst();

        assertThat(client.call("LATENCY", "LATEST")).isEqualTo("[[fork, 1000, 7, 9], [slotgate-command, "
                + own.unixSeconds() + ", " + own.millis() + ", " + own.millis() + "]]");
        assertThat(client.call("LATENCY", "HISTORY", "slotgate-command"))
                .isEqualTo("[[" + own.unixSeconds() + ", " + own.millis() + "]]");
        assertThat(client.call("LATENCY", "HISTORY", "fork")).isEqualTo("[]");
        assertThat(client.call("LATENCY", "RESET", "fork")).isEqualTo("2");
        assertThat(client.call("LATENCY", "RESET")).isEqualTo("3");
        assertThat(client.call("LATENCY", "LATEST")).isEqualTo("[[fork, 1000, 7, 9]]");
    }

    @Test
    void countsSlotsAndKeys() {
        client.call("SET", a, "1");
        client.call("GET", a);
        client.call("MGET", a, b);

        HeatFigures heat = heat();
        int slotOfA = SlotHash.slot(Unpooled.copiedBuffer(a, StandardCharsets.US_ASCII), 0, a.length());
        assertThat(heat.slots().reads(slotOfA)).as("all are looked at").isEqualTo(2);
        assertThat(heat.slots().writes(slotOfA)).isEqualTo(1);
        assertThat(heat.hotKeys()).extracting(HotKey::key).containsExactly(a, b);
        assertThat(heat.hotKeys().getFirst().highest()).isEqualTo(heat.hotKeys().getFirst().lowest());
        assertThat(heat.bigKeys()).isEmpty();
    }

    @Test
    void findsBigKeysByCommandsAndReplies() {
        client.call("SET", a, "x".repeat(200_000));
        answer(1, "get", command -> Answer.large('y', 100_000));
        client.call("GET", b);
        answer(1, "lrange", command -> Answer.raw("*2\r\n" + Answer.bulkText("z".repeat(40_000)).repeat(2)));
        client.call("LRANGE", "{" + b + "}2", "0", "-1");

        assertThat(heat().bigKeys()).extracting(BigKey::key, BigKey::command).containsExactly(
                tuple(a, "set"), tuple(b, "get"),
                tuple("{" + b + "}2", "lrange"));
    }

    /** Lets a command's reply come when it is slow. */
    private void slowly(String name, String... words) {
        CompletableFuture<Void> gate = holdBack(name);
        client.ask(words);
        await().until(() -> cluster.node(0).commands(name).size() == 1);
        nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(SLOW_MILLIS));
        gate.complete(null);
        client.reply();
    }

    /** Lets a node answer one command in another way. */
    private void answer(int node, String name, Rule rule) {
        cluster.node(node).rule(command -> command.is(name) ? rule.answer(command) : cluster.answer(node, command));
    }

    private CompletableFuture<Void> holdBack(String name) {
        CompletableFuture<Void> gate = new CompletableFuture<>();
        answer(0, name, command -> Answer.raw("$-1\r\n").after(gate));
        return gate;
    }

    private CommandFigures figures(String name) {
        return plane.call(observer::commands).stream().filter(each -> each.name().equals(name)).findFirst()
                .orElseThrow();
    }

    private HeatFigures heat() {
        return HeatFigures.merge(List.of(plane.call(observer::heat)));
    }
}
