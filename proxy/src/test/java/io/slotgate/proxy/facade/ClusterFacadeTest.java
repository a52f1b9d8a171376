package io.slotgate.proxy.facade;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotgate.topology.model.Health;
import io.slotgate.topology.model.HostPort;
import io.slotgate.topology.model.Node;
import io.slotgate.topology.model.Role;
import io.slotgate.topology.model.Shard;
import io.slotgate.topology.model.SlotMap;
import io.slotgate.topology.model.SlotRange;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The one virtual shard, in the forms recorded from Valkey 8.0.1 (but for the id, host and port, and no metadata). */
class ClusterFacadeTest {
    private static final String PRIMARY = "69839a70196ff43c9289909fbd2241dcd393b06d";

    private final Facade facade = TestFacades.open();
    private final FacadeClient client = new FacadeClient(facade, Listener.CLIENT);
    private final FacadeClient reader = new FacadeClient(facade, Listener.READ);
    private final FacadeClient plain = new FacadeClient(facade, Listener.PLAIN);
    private final String primary = id(client.call("CLUSTER", "MYID"));
    private final String replica = id(reader.call("CLUSTER", "MYID"));

    @Test
    void slotsAreAllOnOneShard() {
        String expected = "*1\r\n*4\r\n:0\r\n:16383\r\n*3\r\n$12\r\n198.51.100.9\r\n:6379\r\n$40\r\n" + primary
                + "\r\n*3\r\n"
                + "$12\r\n198.51.100.9\r\n:6380\r\n$40\r\n" + replica + "\r\n";
        assertThat(client.call("CLUSTER", "SLOTS")).isEqualTo(expected);
        assertThat(reader.call("CLUSTER", "SLOTS")).isEqualTo(expected);
    }

    @Test
    void aPlainClientIsToldThePlainPortOnly() {
        assertThat(plain.call("CLUSTER", "SLOTS")).isEqualTo(
                "*1\r\n*3\r\n:0\r\n:16383\r\n*3\r\n$12\r\n198.51.100.9\r\n:6381\r\n$40\r\n" + primary + "\r\n");
        assertThat(plain.call("CLUSTER", "SHARDS")).contains("$4\r\nport\r\n:6381\r\n").doesNotContain("tls-port");
        assertThat(plain.call("CLUSTER", "NODES"))
                .contains(primary + " 198.51.100.9:6381@0 myself,master - 0 0 1 connected 0-16383\n\r\n");
        assertThat(plain.call("CLUSTER", "REPLICAS", primary)).isEqualTo("*0\r\n");
        assertThat(plain.call("ROLE")).isEqualTo("*3\r\n$6\r\nmaster\r\n:0\r\n*0\r\n");
    }

    @Test
    void withoutAReadPortThereIsNoReplica() {
        FacadeClient alone = new FacadeClient(TestFacades.of(TestFacades.settings(null, 0, List.of())),
                Listener.CLIENT);
        assertThat(alone.call("CLUSTER", "SLOTS")).startsWith("*1\r\n*3\r\n").doesNotContain(replica);
        assertThat(alone.call("CLUSTER", "REPLICAS", primary)).isEqualTo("*0\r\n");
        assertThat(alone.call("CLUSTER", "INFO")).contains("cluster_known_nodes:1\r\n");
    }

    @Test
    void shardsAreFlatArraysInResp2() {
        assertThat(client.call("CLUSTER", "SHARDS"))
                .isEqualTo("*1\r\n*4\r\n$5\r\nslots\r\n*2\r\n:0\r\n:16383\r\n$5\r\nnodes\r\n"
                        + "*2\r\n*14\r\n$2\r\nid\r\n$40\r\n" + primary
                        + "\r\n$8\r\ntls-port\r\n:6379\r\n$2\r\nip\r\n$12\r\n198.51.100.9\r\n"
                        + "$8\r\nendpoint\r\n$12\r\n198.51.100.9\r\n$4\r\nrole\r\n$6\r\nmaster\r\n$18\r\nreplication-offset\r\n:0\r\n"
                        + "$6\r\nhealth\r\n$6\r\nonline\r\n*14\r\n$2\r\nid\r\n$40\r\n" + replica
                        + "\r\n$8\r\ntls-port\r\n:6380\r\n"
                        + "$2\r\nip\r\n$12\r\n198.51.100.9\r\n$8\r\nendpoint\r\n$12\r\n198.51.100.9\r\n$4\r\nrole\r\n$7\r\nreplica\r\n"
                        + "$18\r\nreplication-offset\r\n:0\r\n$6\r\nhealth\r\n$6\r\nonline\r\n");
    }

    @Test
    void shardsAreMapsInResp3AndHaveANamesHostname() {
        client.state.serverName("cache.example.com");
        client.call("HELLO", "3");
        assertThat(client.call("CLUSTER", "SHARDS"))
                .isEqualTo("*1\r\n%2\r\n$5\r\nslots\r\n*2\r\n:0\r\n:16383\r\n$5\r\nnodes\r\n"
                        + "*2\r\n%8\r\n$2\r\nid\r\n$40\r\n" + primary + "\r\n$8\r\ntls-port\r\n:6379\r\n$2\r\nip\r\n"
                        + "$17\r\ncache.example.com\r\n$8\r\nendpoint\r\n$17\r\ncache.example.com\r\n$8\r\nhostname\r\n"
                        + "$17\r\ncache.example.com\r\n$4\r\nrole\r\n$6\r\nmaster\r\n$18\r\nreplication-offset\r\n:0\r\n"
                        + "$6\r\nhealth\r\n$6\r\nonline\r\n%8\r\n$2\r\nid\r\n$40\r\n" + replica
                        + "\r\n$8\r\ntls-port\r\n:6380\r\n"
                        + "$2\r\nip\r\n$17\r\ncache.example.com\r\n$8\r\nendpoint\r\n$17\r\ncache.example.com\r\n$8\r\nhostname\r\n"
                        + "$17\r\ncache.example.com\r\n$4\r\nrole\r\n$7\r\nreplica\r\n$18\r\nreplication-offset\r\n:0\r\n"
                        + "$6\r\nhealth\r\n$6\r\nonline\r\n");
    }

    @Test
    void nodesMarkThePortTheClientCameThrough() {
        String seenFromClientPort = primary + " 198.51.100.9:6379@0 myself,master - 0 0 1 connected 0-16383\n" + replica
                + " 198.51.100.9:6380@0 slave " + primary + " 0 0 1 connected\n";
        String seenFromReadPort = primary + " 198.51.100.9:6379@0 master - 0 0 1 connected 0-16383\n" + replica
                + " 198.51.100.9:6380@0 myself,slave " + primary + " 0 0 1 connected\n";
        assertThat(client.call("CLUSTER", "NODES"))
                .isEqualTo("$" + seenFromClientPort.length() + "\r\n" + seenFromClientPort + "\r\n");
        reader.call("HELLO", "3");
        assertThat(reader.call("CLUSTER", "NODES"))
                .isEqualTo("=" + (seenFromReadPort.length() + 4) + "\r\ntxt:" + seenFromReadPort + "\r\n");
    }

    @Test
    void replicasAreLinesOfNodes() {
        String line = replica + " 198.51.100.9:6380@0 slave " + primary + " 0 0 1 connected";
        assertThat(client.call("CLUSTER", "REPLICAS", primary))
                .isEqualTo("*1\r\n$" + line.length() + "\r\n" + line + "\r\n");
        assertThat(client.call("CLUSTER", "SLAVES", primary))
                .isEqualTo("*1\r\n$" + line.length() + "\r\n" + line + "\r\n");
        assertThat(client.call("CLUSTER", "REPLICAS", replica))
                .isEqualTo("-ERR The specified node is not a master\r\n");
        String upper = primary.toUpperCase(Locale.ROOT);
        assertThat(client.call("CLUSTER", "REPLICAS", upper)).isEqualTo("-ERR Unknown node " + upper + "\r\n");
        assertThat(client.call("CLUSTER", "COUNT-FAILURE-REPORTS", replica)).isEqualTo(":0\r\n");
    }

    @Test
    void roleTellsTheOtherPort() {
        assertThat(client.call("ROLE")).isEqualTo(
                "*3\r\n$6\r\nmaster\r\n:0\r\n*1\r\n*3\r\n$12\r\n198.51.100.9\r\n$4\r\n6380\r\n$1\r\n0\r\n");
        assertThat(reader.call("ROLE"))
                .isEqualTo("*5\r\n$5\r\nslave\r\n$12\r\n198.51.100.9\r\n:6379\r\n$9\r\nconnected\r\n:0\r\n");
    }

    /** Ids are a promise to clients across proxies and versions: these bytes may not change. */
    @Test
    void idsComeFromTheFleetAlone() {
        assertThat(primary).isEqualTo(PRIMARY).isNotEqualTo(replica);
        Facade elsewhere = TestFacades
                .of(new FacadeSettings("fleet", "other.example.com", 1, 2, 3, List.of(), "redis", "7.0.15"));
        assertThat(id(new FacadeClient(elsewhere, Listener.CLIENT).call("CLUSTER", "MYID"))).isEqualTo(primary);
        assertThat(id(new FacadeClient(elsewhere, Listener.READ).call("CLUSTER", "MYID"))).isEqualTo(replica);
        assertThat(new FacadeClient(elsewhere, Listener.READ).call("CLUSTER", "MYSHARDID"))
                .isEqualTo(client.call("CLUSTER", "MYSHARDID")).matches("\\$40\r\n[0-9a-f]{40}\r\n");
        Facade otherFleet = TestFacades.of(new FacadeSettings("other", null, 1, 2, 3, List.of(), "valkey", "8.0.1"));
        assertThat(id(new FacadeClient(otherFleet, Listener.CLIENT).call("CLUSTER", "MYID"))).isNotEqualTo(primary);
    }

    @Test
    void theConfiguredHostGoesBeforeTheAskedOne() {
        FacadeClient named = new FacadeClient(
                TestFacades.of(TestFacades.settings("cache.example.com", 6380, List.of())),
                Listener.CLIENT);
        named.state.serverName("asked.example.com");
        assertThat(named.call("CLUSTER", "SLOTS")).contains("$17\r\ncache.example.com\r\n").doesNotContain("asked");
    }

    @Test
    void theAskedHostGoesBeforeOurAddress() {
        client.state.serverName("asked.example.com");
        assertThat(client.call("CLUSTER", "SLOTS")).contains("$17\r\nasked.example.com\r\n")
                .doesNotContain("198.51.100.9");
        assertThat(client.call("CLUSTER", "NODES"))
                .contains(" asked.example.com:6379@0,asked.example.com myself,master ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a\nb", "a,b", "é"})
    void anAskedHostThatIsNoneIsNotRepeated(String serverName) {
        client.state.serverName(serverName);
        assertThat(client.call("CLUSTER", "SLOTS")).contains("$12\r\n198.51.100.9\r\n");
    }

    @Test
    void infoIsOkOnlyIfAllSlotsHaveAnOwner() {
        // Given
        AtomicReference<SlotMap> slots = new AtomicReference<>(owned(16382));
        FacadeClient asking = new FacadeClient(new Facade(TestFacades.settings(null, 6380, List.of()), slots::get),
                Listener.CLIENT);

        // When
        String before = asking.call("CLUSTER", "INFO");
        slots.set(owned(16383));
        String after = asking.call("CLUSTER", "INFO");

        // Then
        assertThat(before.lines()).contains("cluster_enabled:1", "cluster_state:fail", "cluster_slots_assigned:16384",
                "cluster_slots_ok:16383", "cluster_slots_fail:1");
        assertThat(after.lines()).contains("cluster_enabled:1", "cluster_state:ok", "cluster_slots_assigned:16384",
                "cluster_slots_ok:16384", "cluster_slots_fail:0", "cluster_known_nodes:2", "cluster_size:1");
    }

    private static SlotMap owned(int lastSlot) {
        Node node = new Node("a", new HostPort("192.0.2.7", 7000), Role.PRIMARY, null, Health.UP);
        return SlotMap.builder().shard(new Shard("s", node, List.of()), new SlotRange(0, lastSlot)).build();
    }

    private static String id(String bulk) {
        return bulk.lines().skip(1).findFirst().orElseThrow();
    }
}
