package io.slotgate.deploy.dev;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slotgate.topology.model.HostPort;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalClusterTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    @Test
    void formsAClusterWhoseNodesFailAndComeBack() throws IOException {
        Files.createDirectories(folder.resolve("nodes/17000"));
        Files.writeString(folder.resolve("nodes/17000/nodes.conf"), "left by an earlier cluster");
        LocalCluster cluster = LocalCluster.builder(folder).shards(3).replicas(1).zones(List.of("a", "b", "c")).start();
        try (cluster) {
            assertThat(cluster.nodes()).hasSize(6).allMatch(LocalNode::isAlive);
            assertThat(cluster.seeds()).isEqualTo(cluster.addresses().subList(0, 3));
            assertThat(cluster.nodes()).extracting(LocalNode::zone).containsExactly("a", "b", "c", "b", "c", "a");
            assertThat(cluster.node(0).text("CLUSTER", "INFO")).contains("cluster_state:ok",
                    "cluster_slots_assigned:16384", "cluster_size:3");
            assertThat(cluster.node(3).text("INFO", "replication")).contains("role:slave",
                    "master_port:" + cluster.node(0).address().port());
            assertThat(cluster.owner(0)).isSameAs(cluster.node(0));
            assertThat(cluster.owner(16_383)).isSameAs(cluster.node(2));

            cluster.node(0).pause();
            cluster.node(0).resume();
            cluster.node(5).kill();
            assertThat(cluster.node(5).isAlive()).isFalse();
            cluster.node(5).restart();
            cluster.awaitStable(PATIENCE);
            assertThat(cluster.node(0).call("PING")).isEqualTo("PONG");
            assertThatThrownBy(() -> cluster.node(0).call("NO-SUCH-COMMAND")).isInstanceOf(NodeException.class)
                    .hasMessageStartingWith("ERR unknown command");

            LocalNode added = cluster.addNode("a");
            cluster.awaitStable(PATIENCE);
            String id = added.id();
            assertThat(cluster.node(0).text("CLUSTER", "NODES")).contains(id);

            cluster.removeNode(added);
            assertThat(cluster.nodes()).hasSize(6).doesNotContain(added);
            assertThat(added.isAlive()).isFalse();
            cluster.awaitStable(PATIENCE);
            assertThat(cluster.node(0).text("CLUSTER", "NODES")).doesNotContain(id);
        }
        assertThat(cluster.nodes()).noneMatch(LocalNode::isAlive);
        assertThat(cluster.addresses()).noneMatch(LocalClusterTest::accepts);
    }

    /** Once it is stable, a primary that dies takes nothing with it that was acknowledged before. */
    @Test
    void replicasOfAStableClusterAreSentEachWriteAtOnce() throws IOException {
        try (LocalCluster cluster = LocalCluster.builder(folder).shards(3).replicas(1).start()) {
            LocalNode primary = cluster.node(0);
            LocalNode replica = cluster.node(3);
            replica.restart();
            cluster.awaitStable(PATIENCE);

            // A key of slot 0.
            assertThat(primary.call("SET", "06S", "kept")).isEqualTo("OK");
            primary.kill();

            Waiting.until("the replica to take over", PATIENCE, () -> cluster.owner(0) == replica);
            assertThat(replica.call("GET", "06S")).isEqualTo("kept");
        }
    }

    @Test
    void speaksTlsAndAsksForThePasswordWhereTold() throws IOException {
        LocalClusterBuilder settings = LocalCluster.builder(folder).shards(1).replicas(1).password("hunter2");
        if (ServerBinary.isInstalled(ServerKind.VALKEY) || ServerBinary.isInstalled(ServerKind.REDIS)) {
            // The bundled program is built without TLS.
            settings.tls(DevCertificates.in(folder.resolve("tls")));
        }

        try (LocalCluster cluster = settings.option("maxmemory", "100mb").start()) {
            assertThat(cluster.node(1).call("CONFIG", "GET", "maxmemory")).isEqualTo(List.of("maxmemory", "104857600"));
            assertThat(cluster.node(1).call("CONFIG", "GET", "requirepass"))
                    .isEqualTo(List.of("requirepass", "hunter2"));
        }
    }

    @Test
    void startsTheBundledServer() throws IOException {
        ServerBinary bundled = ServerBinary.bundled(folder.resolve("bin"));

        try (LocalCluster cluster = LocalCluster.builder(folder).shards(1).replicas(0).zones(List.of("a"))
                .server(bundled).start()) {
            assertThat(cluster.node(0).text("INFO", "server")).contains("redis_version:7.0.15");
        }
    }

    @Test
    void saysWhyANodeDidNotStart() {
        assertThatThrownBy(() -> LocalCluster.builder(folder).shards(1).replicas(0).option("maxmemory", "many").start())
                .isInstanceOf(IOException.class).hasMessageContaining("ended").hasMessageContaining("maxmemory");
    }

    private static boolean accepts(HostPort address) {
        try (Socket socket = new Socket()) {
            socket.connect(Loopback.at(address.port()));
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }
}
