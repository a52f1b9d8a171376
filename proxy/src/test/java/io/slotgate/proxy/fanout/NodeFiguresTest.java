package io.slotgate.proxy.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotgate.proxy.plane.Answer;
import io.slotgate.proxy.plane.FakeCluster;
import io.slotgate.proxy.plane.Plane;
import io.slotgate.proxy.plane.TestClient;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** INFO, SLOWLOG and LATENCY of several nodes as one. */
class NodeFiguresTest {
    private static final String FIRST = """
            # Server
            redis_version:7.2.4
            server_mode:cluster
            process_id:11
            run_id:abc
            tcp_port:7001

            # Clients
            connected_clients:5
            maxclients:10000
            blocked_clients:1

            # Memory
            used_memory:1048576
            used_memory_human:1.00M
            used_memory_rss:2097152
            maxmemory:0
            maxmemory_human:0B
            maxmemory_policy:noeviction
            mem_fragmentation_ratio:2.00

            # Replication
            role:master
            connected_slaves:1
            slave0:ip=10.0.0.1,port=7004,state=online,offset=1,lag=0

            # CPU
            used_cpu_sys:0.912092

            # Commandstats
            cmdstat_get:calls=3,usec=10,usec_per_call=3.33,rejected_calls=0,failed_calls=0

            # Latencystats
            latency_percentiles_usec_get:p50=1.003,p99=5.023

            # Cluster
            cluster_enabled:1

            # Keyspace
            db0:keys=3,expires=1,avg_ttl=1000
            """.replace("\n", "\r\n");
    private static final String SECOND = FIRST.replace("used_memory:1048576", "used_memory:3145728")
            .replace("used_cpu_sys:0.912092", "used_cpu_sys:1.000000")
            .replace("calls=3,usec=10,usec_per_call=3.33", "calls=1,usec=6,usec_per_call=6.00")
            .replace("p50=1.003,p99=5.023", "p50=0.500,p99=7.000")
            .replace("keys=3,expires=1,avg_ttl=1000", "keys=5,expires=3,avg_ttl=3000")
            .replace("connected_slaves:1", "connected_slaves:2").replace("tcp_port:7001", "tcp_port:7002");

    private final FakeCluster cluster = new FakeCluster(2);
    private final Plane plane = Plane.over(cluster);

    @AfterEach
    void close() {
        plane.close();
        cluster.close();
    }

    private void answers(Answer first, Answer second) {
        cluster.node(0).rule(command -> command.is("hello") ? cluster.answer(0, command) : first);
        cluster.node(1).rule(command -> command.is("hello") ? cluster.answer(1, command) : second);
    }

    @Test
    void infoAddsUpAndSaysWhatIsOurs() {
        // Given
        answers(Answer.bulk(FIRST), Answer.bulk(SECOND));
        TestClient client = plane.client();
        plane.client().call("CLIENT", "ID");

        // When
        String info = client.call("INFO");

        // Then
        assertThat(info.lines()).contains("# Server", "redis_version:7.2.4", "server_mode:cluster",
                "tcp_port:" + plane.port(), "connected_clients:2", "maxclients:10000", "blocked_clients:2",
                "used_memory:4194304", "used_memory_human:4.00M", "used_memory_rss:4194304", "maxmemory:0",
                "maxmemory_human:0B", "maxmemory_policy:noeviction", "mem_fragmentation_ratio:1.00", "role:master",
                "connected_slaves:1", "used_cpu_sys:1.912092",
                "cmdstat_get:calls=4,usec=16,usec_per_call=4.00,rejected_calls=0,failed_calls=0",
                "latency_percentiles_usec_get:p50=1.003,p99=7.000", "cluster_enabled:1",
                "db0:keys=8,expires=4,avg_ttl=2500");
        assertThat(info).doesNotContain("process_id", "slave0", "run_id:abc")
                .containsPattern("run_id:[0-9a-f]{40}\r\n");
        assertThat(info).startsWith("# Server\r\n").endsWith("avg_ttl=2500\r\n").contains("\r\n\r\n# Clients\r\n");
    }

    @Test
    void infoOfTheReadPortNamesThePrimary() {
        InfoSection section = new InfoSection();
        section.add("role:master");
        section.add("connected_slaves:1");
        StringBuilder text = new StringBuilder();

        InfoSection.merged("Replication", List.of(section), Map.of("role", "slave", "master_host", "localhost"))
                .writeTo(text);

        assertThat(text).hasToString("role:slave\r\nconnected_slaves:1\r\nmaster_host:localhost\r\n");
    }

    @Test
    void infoHasWhatOnlySomeNodesHave() {
        answers(Answer.bulk("# Keyspace\r\n"), Answer.bulk("# Keyspace\r\ndb0:keys=1,expires=0,avg_ttl=0\r\n"));
        assertThat(plane.client().call("INFO", "keyspace"))
                .isEqualTo("# Keyspace\r\ndb0:keys=1,expires=0,avg_ttl=0\r\n");
        answers(Answer.bulk(""), Answer.bulk(""));
        assertThat(plane.client().call("INFO", "nonsense")).isEmpty();
    }

    @Test
    void infoIsVerbatimTextInResp3() {
        String text = "# Cluster\r\ncluster_enabled:1\r\n";
        answers(Answer.raw("=" + (text.length() + 4) + "\r\ntxt:" + text + "\r\n"),
                Answer.raw("=" + (text.length() + 4) + "\r\ntxt:" + text + "\r\n"));
        TestClient client = plane.client();
        client.call("HELLO", "3");
        String expected = "=34\r\ntxt:" + text + "\r\n";
        assertThat(client.ask("INFO", "cluster").bytes(expected.length())).isEqualTo(expected);
    }

    @Test
    void aNodesErrorIsTheAnswer() {
        answers(Answer.bulk(FIRST), Answer.error("NOPERM no"));
        assertThat(plane.client().call("INFO")).isEqualTo("-NOPERM no");
    }

    @Test
    void theSlowLogIsMergedByTime() {
        answers(Answer.raw("*2\r\n*3\r\n:7\r\n:300\r\n$1\r\na\r\n*3\r\n:6\r\n:100\r\n$1\r\nb\r\n"),
                Answer.raw("*2\r\n*3\r\n:9\r\n:400\r\n$1\r\nc\r\n*3\r\n:8\r\n:200\r\n*1\r\n$1\r\nd\r\n"));
        TestClient client = plane.client();
        assertThat(client.call("SLOWLOG", "GET")).isEqualTo("[[9, 400, c], [7, 300, a], [8, 200, [d]], [6, 100, b]]");
        assertThat(client.call("SLOWLOG", "GET", "2")).isEqualTo("[[9, 400, c], [7, 300, a]]");
        assertThat(client.call("SLOWLOG", "GET", "-1")).startsWith("[[9, 400, c], [7, 300, a], ");
        answers(Answer.raw("*0\r\n"), Answer.raw("*0\r\n"));
        assertThat(client.call("SLOWLOG", "GET", "128")).isEqualTo("[]");
        answers(Answer.integer(2), Answer.integer(3));
        assertThat(client.call("SLOWLOG", "LEN")).isEqualTo("5");
    }

    @Test
    void latenciesAreMergedByEventAndTime() {
        answers(Answer.raw("*1\r\n*4\r\n$7\r\ncommand\r\n:100\r\n:20\r\n:90\r\n"),
                Answer.raw(
                        "*2\r\n*4\r\n$4\r\nfork\r\n:50\r\n:1\r\n:2\r\n*4\r\n$7\r\ncommand\r\n:150\r\n:10\r\n:30\r\n"));
        TestClient client = plane.client();
        assertThat(client.call("LATENCY", "LATEST")).isEqualTo("[[command, 150, 10, 90], [fork, 50, 1, 2]]");
        answers(Answer.raw("*2\r\n*2\r\n:100\r\n:5\r\n*2\r\n:300\r\n:6\r\n"), Answer.raw("*1\r\n*2\r\n:200\r\n:7\r\n"));
        assertThat(client.call("LATENCY", "HISTORY", "command")).isEqualTo("[[100, 5], [200, 7], [300, 6]]");
    }

    @Test
    void latencyHistogramsAddUpBoundByBound() {
        TestClient client = plane.client();
        String get = "$3\r\nget\r\n";
        String calls = "$5\r\ncalls\r\n";
        String histogram = "$14\r\nhistogram_usec\r\n";
        answers(Answer.raw("*2\r\n" + get + "*4\r\n" + calls + ":7\r\n" + histogram + "*4\r\n:1\r\n:3\r\n:8\r\n:7\r\n"),
                Answer.raw("*4\r\n$3\r\nset\r\n*4\r\n" + calls + ":1\r\n" + histogram + "*2\r\n:2\r\n:1\r\n"
                        + get + "*4\r\n" + calls + ":9\r\n" + histogram + "*4\r\n:2\r\n:5\r\n:4\r\n:9\r\n"));

        assertThat(client.call("LATENCY", "HISTOGRAM")).isEqualTo("[get, [calls, 16, histogram_usec,"
                + " [1, 3, 2, 8, 4, 12, 8, 16]], set, [calls, 1, histogram_usec, [2, 1]]]");

        client.call("HELLO", "3");
        answers(Answer.raw("%0\r\n"),
                Answer.raw("%1\r\n" + get + "%2\r\n" + calls + ":2\r\n" + histogram + "%1\r\n:2\r\n:2\r\n"));
        client.ask("LATENCY", "HISTOGRAM", "get");
        String merged = "%1\r\n" + get + "%2\r\n" + calls + ":2\r\n" + histogram + "%1\r\n:2\r\n:2\r\n";
        assertThat(client.bytes(merged.length())).isEqualTo(merged);
    }

    @Test
    void whatNodesSayToPeopleStandsOneBelowTheOther() {
        TestClient client = plane.client();
        String first = cluster.node(0).address() + ":\n";
        String second = "\n" + cluster.node(1).address() + ":\n";
        answers(Answer.bulk("All is well.\n"), Answer.bulk("I have\nadvice."));
        assertThat(client.call("LATENCY", "DOCTOR"))
                .isEqualTo(first + "All is well.\n" + second + "I have\nadvice.\n");

        answers(Answer.error("ERR No samples available for event 'command'"), Answer.bulk("command - high 18 ms"));
        assertThat(client.call("LATENCY", "GRAPH", "command")).isEqualTo(
                first + "ERR No samples available for event 'command'\n" + second + "command - high 18 ms\n");

        answers(Answer.error("ERR No samples"), Answer.error("ERR No samples"));
        assertThat(client.call("LATENCY", "GRAPH", "command")).isEqualTo("-ERR No samples");

        client.call("HELLO", "3");
        answers(Answer.raw("=8\r\ntxt:Well\r\n"), Answer.raw("=8\r\ntxt:Ill.\r\n"));
        String both = first + "Well\n" + second + "Ill.\n";
        String verbatim = "=" + (both.length() + 4) + "\r\ntxt:" + both + "\r\n";
        client.ask("LATENCY", "DOCTOR");
        assertThat(client.bytes(verbatim.length())).isEqualTo(verbatim);
    }

    @Test
    void bytesForPeopleAreWrittenAsTheServerDoes() {
        assertThat(InfoSection.human(0)).isEqualTo("0B");
        assertThat(InfoSection.human(368)).isEqualTo("368B");
        assertThat(InfoSection.human(3265120)).isEqualTo("3.11M");
        assertThat(InfoSection.human(25276510208L)).isEqualTo("23.54G");
    }
}
