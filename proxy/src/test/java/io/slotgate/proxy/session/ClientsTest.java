package io.slotgate.proxy.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotgate.proxy.metrics.Metric;
import io.slotgate.proxy.plane.Answer;
import io.slotgate.proxy.plane.FakeCluster;
import io.slotgate.proxy.plane.Plane;
import io.slotgate.proxy.plane.Rule;
import io.slotgate.proxy.plane.TestClient;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** CLIENT LIST, KILL, PAUSE, UNPAUSE, UNBLOCK and REPLY over sessions. */
class ClientsTest {
    private final FakeCluster cluster = new FakeCluster(2);
    private final Plane plane = Plane.over(cluster);

    ClientsTest() {
        for (String key : List.of("a", "b", "c", "d", "held")) {
            cluster.put(key, "value of " + key);
        }
    }

    @AfterEach
    void close() {
        plane.close();
        cluster.close();
    }

    @Test
    void listsClientsWithWhatTheyAre() {
        // Given
        TestClient first = plane.client();
        first.call("CLIENT", "SETNAME", "first");
        TestClient second = plane.client();
        second.call("HELLO", "3");
        second.call("GET", "a");

        // When
        List<String> lines = first.call("CLIENT", "LIST").lines().toList();

        // Then
        assertThat(lines).hasSize(2);
        assertThat(lines.get(0)).startsWith("id=1 addr=127.0.0.1:").contains(" name=first age=", " cmd=client|list ",
                " resp=2 ", " tot-cmds=1", " flags=N ");
        assertThat(lines.get(1)).startsWith("id=2 ").contains(" name= ", " cmd=get ", " resp=3 ", " tot-cmds=2");
        assertThat(first.call("CLIENT", "LIST", "ID", "2", "9", "1", "2").lines().map(line -> line.substring(0, 4)))
                .containsExactly("id=2", "id=1", "id=2");
        assertThat(first.call("CLIENT", "LIST", "TYPE", "normal").lines()).hasSize(2);
        assertThat(first.call("CLIENT", "LIST", "TYPE", "pubsub")).isEmpty();
        assertThat(second.ask("CLIENT", "LIST", "ID", "9").bytes(10)).isEqualTo("=4\r\ntxt:\r\n");
    }

    @Test
    void theListStandsInItsTurnAmongReplies() {
        // Given
        CompletableFuture<Void> gate = new CompletableFuture<>();
        rule(command -> Answer.bulk(command.word(1)).after(gate));
        TestClient client = plane.client();

        // When
        client.ask("GET", "a").ask("CLIENT", "LIST").ask("GET", "b");
        plane.awaitCount(Metric.REQUESTS, 2);
        gate.complete(null);

        // Then
        assertThat(client.reply()).isEqualTo("a");
        assertThat(client.reply()).startsWith("id=1 ");
        assertThat(client.reply()).isEqualTo("b");
    }

    @Test
    void killsByAddressAndByFilters() {
        // Given
        TestClient killer = plane.client();
        TestClient byAddress = plane.client();
        String address = field(byAddress.call("CLIENT", "INFO"), "addr");
        TestClient byId = plane.client();
        String id = byId.call("CLIENT", "ID");
        TestClient others = plane.client();
        others.call("PING");

        // When, Then
        assertThat(killer.call("CLIENT", "KILL", address)).isEqualTo("OK");
        assertThat(byAddress.rest()).isEmpty();
        assertThat(killer.call("CLIENT", "KILL", address)).isEqualTo("-ERR No such client");
        assertThat(killer.call("CLIENT", "KILL", "ID", id, "ADDR", "1.2.3.4:5")).isEqualTo("0");
        assertThat(killer.call("CLIENT", "KILL", "ID", id, "TYPE", "normal", "USER", "default")).isEqualTo("1");
        assertThat(byId.rest()).isEmpty();
        assertThat(killer.call("CLIENT", "KILL", "MAXAGE", "1000000000000")).isEqualTo("0");
        assertThat(killer.call("CLIENT", "KILL", "LADDR", field(killer.call("CLIENT", "INFO"), "laddr")))
                .isEqualTo("1");
        assertThat(others.rest()).isEmpty();
        plane.awaitCount(Metric.SESSIONS, 1);
    }

    @Test
    void whoKillsItselfIsAnsweredFirst() {
        TestClient client = plane.client();
        client.ask("GET", "a").ask("CLIENT", "KILL", "SKIPME", "no", "ID", "1").ask("GET", "b");
        assertThat(client.reply()).isEqualTo("value of a");
        assertThat(client.reply()).isEqualTo("1");
        assertThat(client.rest()).isEmpty();
    }

    @Test
    void whoLeavesBeforeAnAnswerThatItDoesNotWantIsLetGo() {
        CompletableFuture<Void> gate = new CompletableFuture<>();
        rule(command -> Answer.bulk("late").after(gate));
        TestClient client = plane.client();
        client.ask("CLIENT", "REPLY", "OFF").ask("GET", "a").endInput();
        plane.awaitCount(Metric.PENDING, 1);
        gate.complete(null);
        plane.awaitCount(Metric.SESSIONS, 0);
        assertThat(client.rest()).isEmpty();
    }

    @Test
    void killsAClientWithCommandsUnderWay() {
        rule(command -> Answer.NOTHING);
        TestClient client = plane.client();
        client.ask("GET", "a").ask("GET", "b");
        plane.awaitCount(Metric.PENDING, 2);
        assertThat(plane.client().call("CLIENT", "KILL", "ID", "1")).isEqualTo("1");
        assertThat(client.rest()).isEmpty();
    }

    /** Recorded from Valkey 8.0.1. */
    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
        "LIST TYPE foo; ERR Unknown client type 'foo'",
        "LIST ID x; ERR Invalid client ID",
        "LIST foo; ERR syntax error",
        "LIST ID; ERR syntax error",
        "LIST TYPE normal ID 1; ERR syntax error",
        "LIST USER default; ERR syntax error",
        "LIST DB 0; ERR syntax error",
        "LIST NAME x; ERR syntax error",
        "LIST MAXAGE 1; ERR syntax error",
        "LIST SKIPME yes; ERR syntax error",
        "KILL DB 0; ERR syntax error",
        "KILL NAME x; ERR syntax error",
        "KILL IDLE 1; ERR syntax error",
        "KILL NOT-ID 1; ERR syntax error",
        "KILL id 0; ERR client-id should be greater than 0",
        "KILL id x; ERR client-id should be greater than 0",
        "KILL id; ERR No such client",
        "KILL id 5 addr; ERR syntax error",
        "KILL type foo; ERR Unknown client type 'foo'",
        "KILL user nobody; ERR No such user 'nobody'",
        "KILL skipme maybe; ERR syntax error",
        "KILL foo bar; ERR syntax error",
        "KILL maxage x; ERR maxage is not an integer or out of range",
        "KILL maxage 0; ERR maxage should be greater than 0",
        "PAUSE; ERR wrong number of arguments for 'client|pause' command",
        "PAUSE x; ERR timeout is not an integer or out of range",
        "PAUSE -1; ERR timeout is negative",
        "PAUSE 9223372036854775807; ERR timeout is out of range",
        "PAUSE 10 foo; ERR CLIENT PAUSE mode must be WRITE or ALL",
        "PAUSE 10 all foo; ERR unknown subcommand or wrong number of arguments for 'pause'. Try CLIENT HELP.",
        "UNPAUSE 1; ERR wrong number of arguments for 'client|unpause' command",
        "UNBLOCK x; ERR value is not an integer or out of range",
        "UNBLOCK 999 foo; ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR",
    })
    void errorsAreTheServers(String arguments, String error) {
        TestClient client = plane.client();
        String[] words = ("CLIENT " + arguments).split(" ");
        assertThat(client.call(words)).isEqualTo("-" + error);
        assertThat(client.call("PING")).isEqualTo("PONG");
    }

    @Test
    void nobodyWaitsThatCouldBeUnblocked() {
        assertThat(plane.client().call("CLIENT", "UNBLOCK", "1", "ERROR")).isEqualTo("0");
    }

    @Test
    void aPauseOfWritesHoldsThemAndNothingElse() {
        // Given
        TestClient operator = plane.client();
        TestClient writer = plane.client();

        // When
        assertThat(operator.call("CLIENT", "PAUSE", "1000000", "WRITE")).isEqualTo("OK");
        writer.ask("GET", "a").ask("SET", "x", "1").ask("GET", "c");

        // Then
        assertThat(writer.reply()).isEqualTo("value of a");
        assertThat(operator.call("GET", "d")).isEqualTo("value of d");
        assertThat(sets()).isEmpty();
        assertThat(operator.call("CLIENT", "UNPAUSE")).isEqualTo("OK");
        assertThat(writer.replies(2)).containsExactly("OK", "value of c");
    }

    @Test
    void aPauseOfAllEndsByItself() {
        TestClient operator = plane.client();
        assertThat(operator.call("CLIENT", "PAUSE", "150", "ALL")).isEqualTo("OK");
        long begun = System.nanoTime();
        assertThat(operator.call("GET", "a")).isEqualTo("value of a");
        assertThat(System.nanoTime() - begun).isGreaterThan(50_000_000);
        assertThat(operator.call("CLIENT", "PAUSE", "0")).isEqualTo("OK");
        assertThat(operator.call("GET", "b")).isEqualTo("value of b");
    }

    @Test
    void aLaterPauseTakesThePlaceOfAnEarlierOne() {
        TestClient operator = plane.client();
        TestClient reader = plane.client();
        operator.ask("CLIENT", "PAUSE", "100", "ALL").ask("GET", "held");
        assertThat(operator.reply()).isEqualTo("OK");
        reader.ask("CLIENT", "PAUSE", "1000000", "WRITE").ask("GET", "a").ask("CLIENT", "UNPAUSE");
        assertThat(operator.reply()).isEqualTo("value of held");
        assertThat(reader.replies(3)).containsExactly("OK", "value of a", "OK");
    }

    /** As long as nothing is read from it, nobody knows that it left. */
    @Test
    void aHeldClientThatLeavesIsGoneBehindThePause() {
        TestClient operator = plane.client();
        operator.call("CLIENT", "PAUSE", "1000000", "WRITE");
        TestClient writer = plane.client();
        writer.ask("SET", "a", "1").ask("GET", "a");
        TestClient large = plane.client();
        large.send("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$10000000\r\n" + "x".repeat(300_000));
        writer.close();
        large.close();
        assertThat(operator.call("CLIENT", "UNPAUSE")).isEqualTo("OK");
        plane.awaitCount(Metric.SESSIONS, 1);
    }

    @Test
    void aLargeWriteWaitsForThePauseToo() {
        TestClient operator = plane.client();
        operator.call("CLIENT", "PAUSE", "1000000", "WRITE");
        TestClient writer = plane.client();
        String value = "x".repeat(3_000_000);
        Thread sending = Thread.ofVirtual().start(() -> writer.ask("SET", "k", value));
        assertThat(operator.call("PING")).isEqualTo("PONG");
        assertThat(operator.call("CLIENT", "UNPAUSE")).isEqualTo("OK");
        assertThat(writer.reply()).isEqualTo("OK");
        assertThat(sending.isAlive()).isFalse();
    }

    /** The commands and what Valkey 8.0.1 answered. */
    @Test
    void repliesAreLeftOutAsTheServerDoes() {
        TestClient client = plane.client();
        List<String> commands = List.of("CLIENT REPLY SKIP", "CLIENT REPLY SKIP", "PING", "ECHO 1", "CLIENT REPLY OFF",
                "PING", "CLIENT REPLY SKIP", "foo", "CLIENT REPLY ON", "ECHO 2", "CLIENT REPLY SKIP", "CLIENT REPLY ON",
                "CLIENT REPLY SKIP", "CLIENT REPLY FOO", "PING", "CLIENT REPLY SKIP", "CLIENT REPLY OFF", "PING",
                "CLIENT REPLY ON");
        commands.forEach(command -> client.ask(command.split(" ")));
        String expected = "$1\r\n1\r\n+OK\r\n$1\r\n2\r\n+OK\r\n+PONG\r\n+OK\r\n";
        assertThat(client.bytes(expected.length())).isEqualTo(expected);
    }

    @Test
    void listsHowManyKeysAreWatched() {
        TestClient watching = plane.client();
        TestClient other = plane.client();
        watching.call("WATCH", "{a}1", "{a}2");
        watching.call("WATCH", "{a}3");
        watching.call("MULTI");
        assertThat(other.call("CLIENT", "LIST", "ID", "1")).contains(" multi=0 watch=3 ");
        watching.call("EXEC");
        assertThat(other.call("CLIENT", "LIST", "ID", "1")).contains(" multi=-1 watch=0 ");
    }

    /** What a web page makes a browser send must not be done. */
    @ParameterizedTest
    @CsvSource({"POST / HTTP/1.1", "Host: x"})
    void requestsOfBrowsersEndTheConnection(String line) {
        TestClient client = plane.client();
        client.send(line + "\r\nSET held bad\r\n");
        assertThat(client.rest()).isEmpty();
        assertThat(plane.client().call("GET", "held")).isEqualTo("value of held");
    }

    @Test
    void repliesOfNodesAreLeftOutInAPipeline() {
        TestClient client = plane.client();
        client.ask("GET", "a").ask("CLIENT", "REPLY", "SKIP").ask("GET", "b").ask("GET", "c")
                .ask("CLIENT", "REPLY", "OFF");
        for (int i = 0; i < 100; i++) {
            client.ask("SET", "key" + i, "1").ask("MGET", "x", "y" + i);
        }
        client.ask("CLIENT", "REPLY", "ON").ask("GET", "d");
        assertThat(client.replies(4)).containsExactly("value of a", "value of c", "OK", "value of d");
        assertThat(sets()).hasSize(100);
    }

    private void rule(Rule rule) {
        for (int i = 0; i < cluster.size(); i++) {
            cluster.node(i).rule(rule);
        }
    }

    private List<String> sets() {
        List<String> commands = new ArrayList<>();
        for (int i = 0; i < cluster.size(); i++) {
            commands.addAll(cluster.node(i).commands("set"));
        }
        return commands;
    }

    private static String field(String line, String name) {
        int start = line.indexOf(" " + name + "=") + name.length() + 2;
        return line.substring(start, line.indexOf(' ', start));
    }
}
