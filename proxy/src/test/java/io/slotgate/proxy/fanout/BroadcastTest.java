package io.slotgate.proxy.fanout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slotgate.proxy.metrics.Metric;
import io.slotgate.proxy.plane.Answer;
import io.slotgate.proxy.plane.FakeCluster;
import io.slotgate.proxy.plane.FakeNode;
import io.slotgate.proxy.plane.Plane;
import io.slotgate.proxy.plane.TestClient;
import io.slotgate.topology.model.Health;
import io.slotgate.topology.model.HostPort;
import io.slotgate.topology.model.Node;
import io.slotgate.topology.model.Role;
import io.slotgate.topology.model.Shard;
import io.slotgate.topology.model.SlotMap;
import io.slotgate.topology.model.SlotMapBuilder;
import io.slotgate.topology.model.SlotRange;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Commands that concern all primaries. */
@Timeout(60)
class BroadcastTest extends FanOutFixture {
    @Test
    void everyPrimaryIsAskedAndTheRepliesAreMadeOne() {
        cluster.put(a, "1");
        cluster.put(b, "2");
        cluster.put(c, "3");

        assertThat(client.call("DBSIZE")).isEqualTo("3");
        assertThat(client.call("KEYS", "*")).isEqualTo(List.of(a, b, c).toString());
        assertThat(client.call("RANDOMKEY")).isIn(a, b, c);
        assertThat(client.call("FLUSHALL")).isEqualTo("OK");
        assertThat(client.call("DBSIZE")).isEqualTo("0");
        assertThat(client.call("KEYS", "*")).isEqualTo("[]");
        assertThat(client.call("RANDOMKEY")).isEqualTo("(nil)");
    }

    @Test
    void aRandomKeyIsFoundWhereverTheOnlyOneIs() {
        cluster.put(c, "3");

        for (int i = 0; i < 10; i++) {
            assertThat(client.call("RANDOMKEY")).isEqualTo(c);
        }
    }

    @Test
    void aScriptExistsIfItExistsEverywhere() {
        String[] replies = {"*3\r\n:1\r\n:1\r\n:0\r\n", "*3\r\n:1\r\n:0\r\n:0\r\n", "*3\r\n:1\r\n:1\r\n:1\r\n"};
        for (int i = 0; i < 3; i++) {
            String reply = replies[i];
            cluster.node(i).rule(command -> Answer.raw(reply));
        }

        assertThat(client.call("SCRIPT", "EXISTS", "x", "y", "z")).isEqualTo("[1, 0, 0]");
    }

    @Test
    void aScanOfServersThatTellNoKeysOfSlotsWalksOverAllPrimaries() {
        // Three pages of two keys per node.
        cluster.rule((node, command) -> {
            if (!command.is("scan")) {
                return Answer.error("NOPERM this user has no permissions");
            }
            long cursor = Long.parseLong(command.word(1));
            long next = cursor == 2 ? 0 : cursor + 1;
            return Answer.raw("*2\r\n" + Answer.bulkText(String.valueOf(next)) + "*2\r\n"
                    + Answer.bulkText("n" + node + "p" + cursor) + Answer.bulkText("m" + node + "p" + cursor));
        });

        TreeSet<String> seen = new TreeSet<>();
        String cursor = "0";
        int calls = 0;
        try (Plane old = Plane.builder(cluster.map()).server("redis", "7.0.15").start()) {
            TestClient oldClient = old.client();
            do {
                String reply = oldClient.call("SCAN", cursor, "MATCH", "*", "COUNT", "2");
                cursor = reply.substring(1, reply.indexOf(','));
                seen.addAll(List.of(reply.substring(reply.indexOf('[', 1) + 1, reply.length() - 2).split(", ")));
                calls++;
            } while (!cursor.equals("0"));
        }

        assertThat(calls).isEqualTo(9);
        assertThat(seen).hasSize(18);
        assertThat(cluster.node(1).commands("scan")).allMatch(text -> text.endsWith("MATCH * COUNT 2"));
    }

    @Test
    void cursorsThatAreNoneAreRefused() {
        for (String cursor : new String[]{"", "x", "-1", "12345678901234567890", "1 "}) {
            assertThat(client.call("SCAN", cursor)).isEqualTo("-ERR invalid cursor");
        }
        cluster.node(0).rule(command -> !command.is("scan")
                ? Answer.error("NOPERM this user has no permissions")
                : Answer.raw("*2\r\n$20\r\n18446744073709551615\r\n*0\r\n"));
        try (Plane old = Plane.builder(cluster.map()).server("redis", "7.2.4").start()) {
            assertThat(old.client().call("SCAN", "0"))
                    .startsWith("-ERR cursor 18446744073709551615 of a node is above");
            assertThat(old.client().call("SCAN", "x")).isEqualTo("-ERR invalid cursor");
        }
    }

    @Test
    void aBroadcastWaitsForANodeThatComesBack() {
        cluster.node(1).stop();
        await().until(() -> plane.feedback.contains("unreachable " + cluster.node(1).address()));
        client.ask("DBSIZE");
        plane.awaitCount(Metric.PARKED, 1);

        cluster.node(1).start();

        assertThat(client.reply()).isEqualTo("0");
    }

    @Test
    void aBroadcastGoesOnToThePrimaryThatTakesTheLostOnesPlace() {
        try (FakeNode promoted = new FakeNode(command -> command.is("dbsize") ? Answer.integer(10) : Answer.OK)) {
            cluster.put(a, "1");
            cluster.put(c, "1");
            cluster.node(1).stop();
            await().until(() -> plane.feedback.contains("unreachable " + cluster.node(1).address()));
            TestClient other = plane.client();
            client.ask("DBSIZE");
            other.ask("FLUSHALL");
            plane.awaitCount(Metric.PARKED, 2);

            plane.follow(failedOver(1, promoted.address()));

            // The others had been asked before they were told to forget everything.
            assertThat(client.reply()).isEqualTo("12");
            assertThat(other.reply()).isEqualTo("OK");
            assertThat(promoted.commands("flushall")).hasSize(1);
        }
    }

    /** The cluster after a node that was no primary has taken the place of one. */
    private SlotMap failedOver(int failed, HostPort promoted) {
        SlotMap before = cluster.map();
        SlotMapBuilder after = SlotMap.builder();
        int first = 0;
        for (int slot = 1; slot <= SlotMap.SLOTS; slot++) {
            Node owner = Objects.requireNonNull(before.primary(first));
            if (slot < SlotMap.SLOTS && owner.equals(before.primary(slot))) {
                continue;
            }
            boolean replaced = owner.address().equals(cluster.node(failed).address());
            Node primary = replaced ? new Node("promoted", promoted, Role.PRIMARY, null, Health.UP) : owner;
            List<Node> replicas = replaced
                    ? List.of(new Node(owner.id(), owner.address(), Role.REPLICA, null, Health.FAILED))
                    : List.of();
            after.shard(new Shard("of " + primary.id(), primary, replicas), 10,
                    List.of(new SlotRange(first, slot - 1)));
            first = slot;
        }
        return after.build();
    }

    @Test
    void withoutAnyPrimaryABroadcastIsAnError() {
        FakeCluster none = new FakeCluster(1);
        try (Plane empty = Plane.builder(SlotMap.empty()).unready().start()) {
            TestClient lonely = empty.client();

            assertThat(lonely.call("DBSIZE")).isEqualTo("-CLUSTERDOWN no primary is known");
            assertThat(lonely.call("SCAN", "0")).isEqualTo("-CLUSTERDOWN no primary is known");
            lonely.ask("GET", a);
            empty.awaitCount(Metric.PARKED, 1);
            empty.follow(none.map());
            assertThat(lonely.reply()).isEqualTo("(nil)");
        } finally {
            none.close();
        }
    }
}
