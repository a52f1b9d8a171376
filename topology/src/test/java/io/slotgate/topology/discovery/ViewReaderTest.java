package io.slotgate.topology.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.slotgate.topology.model.Health;
import io.slotgate.topology.model.HostPort;
import io.slotgate.topology.model.NodeView;
import io.slotgate.topology.model.NodeView.Flag;
import io.slotgate.topology.model.Observation.ClusterView;
import io.slotgate.topology.model.Role;
import io.slotgate.topology.model.Shard;
import io.slotgate.topology.model.SlotMap;
import io.slotgate.topology.table.TopologyTable;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ViewReaderTest {
    private static final HostPort ASKED = new HostPort("lb.example.com", 7000);
    private static final String ME = "07c37dfeb235213a872192d90877d0cd55635b91";
    private static final String OTHER = "67ed2db8d677e59ec4a4cefb06858cf2a1a89fa1";

    @ParameterizedTest
    @ValueSource(strings = {"valkey-8.0.1", "redis-7.0.15"})
    void recordedFailoverBecomesAMap(String server) {
        TopologyTable table = new TopologyTable();

        long round = 0;
        for (String state : List.of("healthy", "failed", "failedover")) {
            table.observe(view(++round, Recorded.text(server + "-" + state + ".nodes"), Map.of()));
        }
        SlotMap failedOver = table.current();
        table.observe(view(++round, Recorded.text(server + "-returned.nodes"), Map.of()));
        table.observe(view(++round, Recorded.text(server + "-returned.nodes"), Map.of()));
        SlotMap returned = table.current();

        assertThat(failedOver.coveredSlots()).isEqualTo(SlotMap.SLOTS);
        assertThat(failedOver.epoch(5461)).isEqualTo(7);
        assertThat(failedOver.shards()).hasSize(3);
        assertThat(failedOver.nodes()).filteredOn(node -> node.health() == Health.FAILED).hasSize(1);
        assertThat(returned.nodes()).hasSize(6).allMatch(node -> node.health() == Health.UP);
        assertThat(returned.shards()).allMatch(shard -> shard.replicas().size() == 1);
        assertThat(returned.primary(5461)).isEqualTo(failedOver.primary(5461));
    }

    @Test
    void anEmptyHostIsTheOneThatWasAsked() {
        ClusterView view = view(1, ME + " :6379@16379 myself,master - 0 0 1 connected 0-9", Map.of());

        assertThat(self(view).address()).isEqualTo(new HostPort("lb.example.com", 6379));
    }

    @Test
    void thePreferredEndpointIsTheAddressAndTheOthersAreAliases() {
        ClusterView view = view(1, ME + " 10.0.0.1:6379@16379,h1.example.com myself,master - 0 0 1 connected 0-9",
                Map.of(ME, new ShardsNode("h1.example.com", false, null, null)));

        assertThat(self(view).address()).isEqualTo(new HostPort("h1.example.com", 6379));
        assertThat(self(view).aliases()).containsExactly(new HostPort("10.0.0.1", 6379));
    }

    @Test
    void anUnknownEndpointIsTheOneThatWasAsked() {
        ClusterView view = view(1, ME + " 10.0.0.1:6379@16379 myself,master - 0 0 1 connected 0-9",
                Map.of(ME, new ShardsNode(null, false, null, null)));

        assertThat(self(view).address()).isEqualTo(new HostPort("lb.example.com", 6379));
        assertThat(self(view).aliases()).containsExactly(new HostPort("10.0.0.1", 6379));
    }

    @Test
    void ofEachNodeRoleFlagsAndDetailsAreTold() {
        String nodes = ME + " 10.0.0.1:1@2 myself,master - 0 0 1 connected 0-9\n"
                + OTHER + " 10.0.0.2:1@2 slave,fail?,nofailover " + ME + " 0 0 1 connected\n";
        ClusterView view = ViewReader.read(1, ASKED, ClusterNodesParser.parse(nodes),
                Map.of(OTHER, new ShardsNode("10.0.0.2", true, "zone-b", "s1")), "zone-a", "s0");

        assertThat(self(view).zone()).isEqualTo("zone-a");
        assertThat(self(view).shardId()).isEqualTo("s0");
        NodeView other = Objects.requireNonNull(view.node(OTHER));
        assertThat(other.role()).isEqualTo(Role.REPLICA);
        assertThat(other.primaryId()).isEqualTo(ME);
        assertThat(other.flags()).containsExactlyInAnyOrder(Flag.SUSPECTED, Flag.NO_FAILOVER, Flag.LOADING);
        assertThat(other.zone()).isEqualTo("zone-b");
        assertThat(other.shardId()).isEqualTo("s1");
    }

    @Test
    void nodesInHandshakeOrWithoutAddressAreLeftOut() {
        String nodes = ME + " 10.0.0.1:1@2 myself,master - 0 0 1 connected 0-9\n"
                + OTHER + " :0@0 master,noaddr - 0 0 1 disconnected\n"
                + OTHER.replace('6', '7') + " 10.0.0.3:1@2 handshake - 0 0 0 disconnected\n";

        assertThat(view(1, nodes, Map.of()).nodes()).hasSize(1);
    }

    @Test
    void aNodeThatIsNoneItselfTellsNothing() {
        assertThatExceptionOfType(MalformedReplyException.class)
                .isThrownBy(() -> view(1, ME + " :0@0 myself,noaddr,master - 0 0 1 connected", Map.of()));
    }

    @Test
    void shardsAreReadFromNestedLists() {
        Map<String, ShardsNode> shards = ClusterShardsParser.parse(List.of(List.of(
                bytes("slots"), List.of(0L, 5L), bytes("nodes"), List.of(
                        List.of(bytes("id"), bytes(ME), bytes("port"), 1L, bytes("endpoint"), bytes("h"),
                                bytes("health"),
                                bytes("loading"), bytes("availability-zone"), bytes("z1")),
                        List.of(bytes("id"), bytes(OTHER), bytes("endpoint"), bytes("?"), bytes("health"),
                                bytes("online"))),
                bytes("id"), bytes("s1"))));

        assertThat(shards).containsOnly(Map.entry(ME, new ShardsNode("h", true, "z1", "s1")),
                Map.entry(OTHER, new ShardsNode(null, false, null, "s1")));
    }

    @Test
    void shardsOfAnotherShapeAreRejected() {
        for (List<?> reply : List.<List<?>>of(List.of(1L), List.of(List.of(bytes("nodes"))),
                List.of(List.of(bytes("nodes"), bytes("x"))), List.of(List.of(bytes("slots"), List.of())),
                List.of(List.of(bytes("nodes"), List.of(List.of(bytes("port"), 1L)))))) {
            assertThatExceptionOfType(MalformedReplyException.class).as("%s", reply)
                    .isThrownBy(() -> ClusterShardsParser.parse(reply)).withMessageStartingWith("CLUSTER SHARDS");
        }
    }

    @Test
    void theZoneIsFoundInInfo() {
        assertThat(Probe.zone("# Server\r\nredis_version:7.2.4\r\navailability_zone:eu-west-1a\r\n"))
                .isEqualTo("eu-west-1a");
        assertThat(Probe.zone("# Server\r\navailability_zone:\r\n")).isNull();
        assertThat(Probe.zone("# Server\r\nredis_version:7.0.15\r\n")).isNull();
    }

    @Test
    void shardIdsAreTheClustersWhereItTellsThem() {
        TopologyTable table = new TopologyTable();
        table.observe(ViewReader.read(1, ASKED,
                ClusterNodesParser.parse(ME + " 10.0.0.1:1@2 myself,master - 0 0 1 connected 0-9"), Map.of(), null,
                "s9"));

        assertThat(table.current().shards()).extracting(Shard::id).containsExactly("s9");
    }

    private static ClusterView view(long round, String nodes, Map<String, ShardsNode> shards) {
        return ViewReader.read(round, ASKED, ClusterNodesParser.parse(nodes), shards, null, null);
    }

    private static NodeView self(ClusterView view) {
        return Objects.requireNonNull(view.node(view.askedId()));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
