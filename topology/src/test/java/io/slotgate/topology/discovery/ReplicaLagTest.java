package io.slotgate.topology.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotgate.topology.model.Health;
import io.slotgate.topology.model.HostPort;
import io.slotgate.topology.model.Node;
import io.slotgate.topology.model.Role;
import io.slotgate.topology.model.Shard;
import io.slotgate.topology.model.SlotMap;
import io.slotgate.topology.model.SlotRange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ReplicaLagTest {
    private static final HostPort REPLICA = new HostPort("10.0.0.2", 7001);
    private static final Shard SHARD = new Shard("s",
            new Node("p", new HostPort("10.0.0.1", 7000), Role.PRIMARY, null, Health.UP),
            List.of(new Node("r", REPLICA, Role.REPLICA, null, Health.UP)));
    private static final SlotMap MAP = SlotMap.builder().shard(SHARD, 1, List.of(new SlotRange(0, 16383))).build();

    private final List<Set<HostPort>> told = new ArrayList<>();
    private final ReplicaLag lag = new ReplicaLag(Duration.ofSeconds(3), told::add);

    private static String info(long offset, String replica) {
        return "# Replication\r\nrole:master\r\nconnected_slaves:1\r\n" + replica
                + "master_failover_state:no-failover\r\nmaster_repl_offset:" + offset + "\r\n";
    }

    private static String replica(String state, long offset) {
        return "slave0:ip=10.0.0.2,port=7001,state=" + state + ",offset=" + offset + ",lag=0,type=replica\r\n";
    }

    private void report(long second, String info) {
        ReplicationLine.Report report = ReplicationLine.parse(info);
        assertThat(report).isNotNull();
        if (report != null) {
            lag.onReport(MAP, SHARD, report, TimeUnit.SECONDS.toNanos(second));
        }
    }

    @Test
    void aReplicaThatKeepsUpIsReadFrom() {
        for (int second = 0; second < 60; second++) {
            report(second, info(second * 1000L, replica("online", Math.max(0, second * 1000L - 1500))));
        }
        assertThat(told).isEmpty();
    }

    @Test
    void aReplicaThatFallsBehindIsLeftOutUntilItHasCaughtUp() {
        for (int second = 0; second < 10; second++) {
            report(second, info(second * 1000L, replica("online", Math.min(second, 2) * 1000L)));
        }
        assertThat(told).containsExactly(Set.of(REPLICA));
        report(10, info(10_000, replica("online", 9_000)));
        assertThat(told).containsExactly(Set.of(REPLICA), Set.of());
    }

    @Test
    void aReplicaThatIsFarBehindSomethingOldIsNot() {
        report(0, info(5_000, replica("online", 5_000)));
        for (int second = 1; second < 100; second++) {
            report(second, info(5_000, replica("online", 5_000)));
        }
        // The first write after a long pause: a second ago everything was the same.
        report(100, info(9_000_000, replica("online", 5_000)));
        assertThat(told).isEmpty();
    }

    @Test
    void aReplicaWithoutItsDataSetOrUnknownToItsPrimaryIsLeftOut() {
        report(0, info(10, replica("wait_bgsave", 0)));
        assertThat(told).containsExactly(Set.of(REPLICA));
        report(1, info(10, replica("online", 10)));
        report(2, info(10, ""));
        assertThat(told).containsExactly(Set.of(REPLICA), Set.of(), Set.of(REPLICA));
        lag.follow(SlotMap.empty());
        assertThat(told.getLast()).isEmpty();
    }

    @Test
    void anotherStreamBeginsAnew() {
        report(0, info(1_000_000, replica("online", 1_000_000)));
        report(1, info(50, replica("online", 20)));
        assertThat(told).isEmpty();
    }

    @Test
    void whatIsNoPrimarysReportIsNone() {
        assertThat(ReplicationLine.parse("role:slave\r\nmaster_repl_offset:7\r\n")).isNull();
        assertThat(ReplicationLine.parse("role:master\r\n")).isNull();
        assertThat(ReplicationLine.parse("")).isNull();
        ReplicationLine.Report odd = ReplicationLine.parse(String.join("\r\n", "role:master", "slave0:ip=,port=x",
                "slave1:ip=::1,port=99999,state=online", "slaves:ip=", "master_repl_offset:7"));
        assertThat(odd).isNotNull();
        assertThat(odd == null ? List.of() : odd.replicas()).isEmpty();
    }
}
