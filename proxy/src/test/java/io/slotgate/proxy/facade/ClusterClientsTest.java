package io.slotgate.proxy.facade;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.models.partitions.ClusterPartitionParser;
import io.lettuce.core.cluster.models.partitions.Partitions;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode.NodeFlag;
import io.lettuce.core.cluster.models.slots.ClusterSlotRange;
import io.lettuce.core.cluster.models.slots.ClusterSlotsParser;
import io.lettuce.core.models.role.RedisMasterInstance;
import io.lettuce.core.models.role.RoleParser;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.ConnectionPool;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisCluster;
import redis.clients.jedis.RedisProtocol;

/** What clients of a cluster make of the virtual shard: their own parsers, and their own connections to a facade. */
class ClusterClientsTest {
    private final FacadeServer server = new FacadeServer();

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void lettuceReadsTheLinesOfNamedNodes() {
        // Given
        FacadeClient client = new FacadeClient(TestFacades.open(), Listener.READ);
        client.state.serverName("cache.example.com");
        String reply = client.call("CLUSTER", "NODES");

        // When
        Partitions partitions = ClusterPartitionParser
                .parse(reply.substring(reply.indexOf("\r\n") + 2, reply.length() - 2));

        // Then
        assertThat(partitions.getPartitions()).hasSize(2);
        RedisClusterNode primary = partitions.getPartitions().get(0);
        assertThat(primary.getRole().isUpstream()).isTrue();
        assertThat(primary.is(NodeFlag.MYSELF)).isFalse();
        assertThat(primary.getSlots()).hasSize(16384);
        assertThat(primary.isConnected()).isTrue();
        assertThat(primary.getUri().getHost()).isEqualTo("cache.example.com");
        assertThat(primary.getUri().getPort()).isEqualTo(6379);
        RedisClusterNode replica = partitions.getPartitions().get(1);
        assertThat(replica.getRole().isReplica()).isTrue();
        assertThat(replica.is(NodeFlag.MYSELF)).isTrue();
        assertThat(replica.getSlaveOf()).isEqualTo(primary.getNodeId());
        assertThat(replica.getUri().getPort()).isEqualTo(6380);
    }

    @Test
    void lettuceConnectsToTheVirtualCluster() {
        RedisClusterClient client = RedisClusterClient.create(uri());
        try (StatefulRedisClusterConnection<String, String> connection = client.connect()) {
            assertThat(connection.getPartitions().getPartitions()).singleElement().satisfies(node -> {
                assertThat(node.getUri().getPort()).isEqualTo(server.port());
                assertThat(node.getSlots()).hasSize(16384);
            });
            assertThat(connection.sync().ping()).isEqualTo("PONG");
            List<ClusterSlotRange> slots = ClusterSlotsParser.parse(connection.sync().clusterSlots());
            assertThat(slots).singleElement().satisfies(range -> {
                assertThat(range.getFrom()).isZero();
                assertThat(range.getTo()).isEqualTo(16383);
                assertThat(range.getUpstream().getNodeId()).isEqualTo(connection.sync().clusterMyId());
            });
        } finally {
            client.shutdown();
        }
    }

    @Test
    void lettuceUnderstandsRoleAndShards() {
        RedisClient client = RedisClient.create(uri());
        try (StatefulRedisConnection<String, String> connection = client.connect()) {
            assertThat(RoleParser.parse(connection.sync().role())).isInstanceOf(RedisMasterInstance.class);
            assertThat(connection.sync().clusterShards()).hasSize(1);
            assertThat(connection.sync().clusterKeyslot("foo")).isEqualTo(12182);
        } finally {
            client.shutdown();
        }
    }

    @Test
    void jedisFindsTheOneNodeInBothProtocols() {
        for (RedisProtocol protocol : List.of(RedisProtocol.RESP2, RedisProtocol.RESP3)) {
            try (JedisCluster cluster = new JedisCluster(Set.of(new HostAndPort("127.0.0.1", server.port())),
                    DefaultJedisClientConfig.builder().protocol(protocol).clientName("jedis").build())) {
                Map<String, ConnectionPool> nodes = cluster.getClusterNodes();
                assertThat(nodes).containsOnlyKeys("127.0.0.1:" + server.port());
                assertThat(cluster.ping()).isEqualTo("PONG");
            }
        }
    }

    private RedisURI uri() {
        return RedisURI.create("127.0.0.1", server.port());
    }
}
