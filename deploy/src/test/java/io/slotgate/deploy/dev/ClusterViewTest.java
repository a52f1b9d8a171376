package io.slotgate.deploy.dev;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ClusterViewTest {
    /** Node 2 has lost slots 0 to 5 to node 3, gives away slot 7, and takes slot 9. */
    private static final ClusterView VIEW = new ClusterView(List.of(), List.of(
            "a1 127.0.0.1:7001@17001 master - 0 1 4 connected 8-9",
            "b2 127.0.0.1:7002@17002 myself,master - 0 1 6 connected 6-7 20 [7->-a1] [9-<-a1]",
            "c3 127.0.0.1:7003@17003,,shard-id=s master - 0 1 12 connected 0-5",
            "d4 127.0.0.1:7004@17004 slave b2 0 1 6 connected"));

    @Test
    void tellsWhoOwnsASlot() {
        assertThat(VIEW.ownerPort(0)).isEqualTo(7003);
        assertThat(VIEW.ownerPort(7)).isEqualTo(7002);
        assertThat(VIEW.ownerPort(9)).isEqualTo(7001);
        assertThat(VIEW.ownerPort(20)).isEqualTo(7002);
        assertThat(VIEW.ownerPort(21)).isEqualTo(-1);
    }

    /** What it says of others may be old. */
    @Test
    void claimsOnlyWhatTheNodeItselfOwns() {
        assertThat(VIEW.claim(6)).isEqualTo(6);
        assertThat(VIEW.claim(7)).isEqualTo(6);
        assertThat(VIEW.claim(20)).isEqualTo(6);
        assertThat(VIEW.claim(0)).isEqualTo(-1);
        assertThat(VIEW.claim(9)).isEqualTo(-1);
        assertThat(VIEW.claim(21)).isEqualTo(-1);
    }

    @Test
    void countsReplicas() {
        assertThat(VIEW.replicasOf("b2")).isEqualTo(1);
        assertThat(VIEW.replicasOf("a1")).isZero();
    }
}
