package io.slotgate.admin.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.slotgate.admin.http.Refusal;
import io.slotgate.admin.view.FakeProxy;
import io.slotgate.admin.view.Maps;
import io.slotgate.topology.discovery.FailoverMode;
import io.slotgate.topology.model.HostPort;
import io.slotgate.topology.model.NodeHealth;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class FailoverTest {
    private final Cluster cluster = new Cluster();
    private final List<String> steps = new ArrayList<>();

    /** Which of the replicas was told, and what the cluster looks like after a few looks. */
    private static final class Cluster extends FakeProxy {
        private final List<String> told = new ArrayList<>();
        private final Map<Integer, Long> behind = new HashMap<>();
        private int looks;

        @Override
        public Map<HostPort, NodeHealth> nodeHealth() {
            Map<HostPort, NodeHealth> all = new HashMap<>();
            behind.forEach((port, bytes) -> {
                HostPort address = new HostPort("10.0.0.1", port);
                all.put(address, new NodeHealth(address, true, 1, 1, Instant.EPOCH, null, null, bytes, -1));
            });
            return all;
        }

        @Override
        public CompletableFuture<Void> failover(HostPort replica, FailoverMode mode) {
            told.add(replica + " " + mode);
            return refusedFailover == null ? CompletableFuture.completedFuture(null) : super.failover(replica, mode);
        }

        @Override
        public void refresh(String cause) {
            if (++looks == 3) {
                slots = Maps.of("b+ a+", "c+ d+");
            }
        }
    }

    private Failover failover(String shard, @Nullable String to, FailoverMode mode) {
        return new Failover(cluster, shard, to, mode);
    }

    @Test
    void waitsUntilTheClusterHasAgreed() throws OperationFailedException, InterruptedException {
        cluster.slots = Maps.of("a+ b+", "c+ d+");

        Failover failover = failover("shard-a", null, FailoverMode.GRACEFUL);
        String outcome = failover.run(steps::add);

        assertThat(cluster.told).containsExactly("10.0.0.1:7001 GRACEFUL");
        assertThat(failover.before()).isEqualTo("primary 10.0.0.1:7000");
        assertThat(outcome).matches("10.0.0.1:7001 is primary of shard shard-a since \\d+ ms after it was asked for");
        assertThat(steps).containsExactly("asking 10.0.0.1:7001 to take over from 10.0.0.1:7000",
                "accepted; waiting for the cluster to agree");
    }

    @ParameterizedTest
    @CsvSource({"shard-a, , 10.0.0.1:7002", "a, c, 10.0.0.1:7002", "a, 10.0.0.1:7003, 10.0.0.1:7003"})
    void choosesAReplicaThatIsUp(String shard, @Nullable String to, String told)
            throws OperationFailedException, InterruptedException {
        cluster.slots = Maps.of("a+ b? c+ d+");
        cluster.refusedFailover = "ERR enough";

        assertThatThrownBy(() -> failover(shard, to, FailoverMode.GRACEFUL).run(steps::add))
                .isInstanceOf(OperationFailedException.class).hasMessage(told + ": ERR enough");

        assertThat(cluster.told).containsExactly(told + " GRACEFUL");
    }

    @Test
    void choosesTheReplicaThatIsLeastBehind() throws OperationFailedException, InterruptedException {
        cluster.slots = Maps.of("a+ b+ c+ d+ e?");
        cluster.behind.putAll(Map.of(7001, -1L, 7002, 500L, 7003, 20L, 7004, 0L));
        cluster.refusedFailover = "ERR enough";

        assertThatThrownBy(() -> failover("a", null, FailoverMode.GRACEFUL).run(steps::add))
                .isInstanceOf(OperationFailedException.class);

        assertThat(cluster.told).containsExactly("10.0.0.1:7003 GRACEFUL");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "a+ b+ | shard-z | | GRACEFUL | 404 | no shard shard-z",
        "a+ b+ | shard-a | z | GRACEFUL | 404 | no replica of shard shard-a: z",
        "a+ b+ | shard-a | a | FORCE | 404 | no replica of shard shard-a: a",
        "a+ b! | shard-a | b | FORCE | 409 | replica 10.0.0.1:7001: failed (expected: up)",
        "a+ b! c? | shard-a | | FORCE | 409 | shard shard-a has no replica that is up",
        "a+ | shard-a | | FORCE | 409 | shard shard-a has no replica that is up",
        "a! b+ | shard-a | | GRACEFUL | 409 | primary 10.0.0.1:7000: failed (expected: up, for it has to hand over; or mode force)"})
    void refusesWhatCannotBeDone(String map, String shard, @Nullable String to, FailoverMode mode, int status,
            String why) {
        cluster.slots = Maps.of(map);

        Refusal refused = catchThrowableOfType(Refusal.class, () -> failover(shard, to, mode));

        assertThat(refused.problem().status()).isEqualTo(status);
        assertThat(refused).hasMessage(why);
        assertThat(cluster.told).isEmpty();
    }

    @Test
    void forcesWithoutThePrimary() throws OperationFailedException, InterruptedException {
        cluster.slots = Maps.of("a! b+", "c+ d+");

        failover("shard-a", null, FailoverMode.FORCE).run(steps::add);

        assertThat(cluster.told).containsExactly("10.0.0.1:7001 FORCE");
    }

    @Test
    void stopsWaitingWhenItIsCancelled() {
        cluster.slots = Maps.of("a+ b+");
        cluster.looks = 100;

        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> failover("shard-a", null, FailoverMode.GRACEFUL).run(steps::add))
                .isInstanceOf(InterruptedException.class);
    }
}
