package io.slotgate.deploy.dev;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodesFileTest {
    private static final String PRIMARY = "aaaa 127.0.0.1:1@10001,,tls-port=0,shard-id=5555 master - 0 0 1 connected 0-16383";
    private static final String REPLICA = "bbbb 127.0.0.1:2@10002,,tls-port=0,shard-id=5555 myself,slave aaaa 0 0 1 connected";
    private static final String VARIABLES = "vars currentEpoch 1 lastVoteEpoch 0";

    @TempDir
    Path folder;

    private static boolean startable(String... lines) {
        return new NodesFile(List.of(lines)).startable();
    }

    @Test
    void aServerStartsWithOneThatIsWhole() {
        assertThat(startable(PRIMARY, REPLICA, VARIABLES)).isTrue();
    }

    @Test
    void aServerStartsWithNoneAndWithAnEmptyOne() throws IOException {
        assertThat(NodesFile.of(folder).startable()).isTrue();
        Files.writeString(folder.resolve("nodes.conf"), "\n");

        assertThat(NodesFile.of(folder).startable()).isTrue();
    }

    @Test
    void halfWrittenItIsNone() {
        assertThat(startable(PRIMARY, REPLICA)).isFalse();
        assertThat(startable(PRIMARY, REPLICA.substring(0, 20), VARIABLES)).isFalse();
    }

    /** As before a new primary has told which shard it is in. */
    @Test
    void aReplicaHasToBeInTheShardOfItsPrimary() {
        assertThat(startable(PRIMARY.replace("5555", "6666"), REPLICA, VARIABLES)).isFalse();
        assertThat(startable(REPLICA.replace("5555", "6666"), PRIMARY, VARIABLES)).isFalse();
    }

    @Test
    void whoIsNotKnownOrTellsNoShardIsInAny() {
        assertThat(startable(REPLICA, VARIABLES)).isTrue();
        assertThat(startable(PRIMARY.replace(",shard-id=5555", ""), REPLICA, VARIABLES)).isTrue();
        assertThat(startable("aaaa 127.0.0.1:1@10001 master - 0 0 1 connected 0-16383",
                "bbbb 127.0.0.1:2@10002 slave aaaa 0 0 1 connected", VARIABLES)).isTrue();
    }
}
