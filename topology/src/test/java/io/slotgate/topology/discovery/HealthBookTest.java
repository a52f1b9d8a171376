package io.slotgate.topology.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotgate.topology.model.Health;
import io.slotgate.topology.model.HostPort;
import io.slotgate.topology.model.Node;
import io.slotgate.topology.model.NodeFigures;
import io.slotgate.topology.model.NodeHealth;
import io.slotgate.topology.model.Role;
import io.slotgate.topology.model.Shard;
import io.slotgate.topology.model.SlotMap;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class HealthBookTest {
    private static final HostPort PRIMARY = new HostPort("127.0.0.1", 7901);
    private static final HostPort REPLICA = new HostPort("127.0.0.1", 7902);
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final NodeFigures FIGURES = new NodeFigures("valkey 8.0.1", 1, false, null, 2, 3, 4, 5);

    private Instant now = START;
    private boolean open = true;
    private final HealthBook book = new HealthBook(() -> now);

    private static Shard shard(HostPort primary, HostPort replica) {
        return new Shard("s", new Node("p", primary, Role.PRIMARY, null, Health.UP),
                List.of(new Node("r", replica, Role.REPLICA, null, Health.UP)));
    }

    private static SlotMap map(Shard shard) {
        return SlotMap.builder().shard(shard).build();
    }

    private NodeHealth health(HostPort node) {
        return Objects.requireNonNull(book.snapshot().get(node));
    }

    private static ReplicationLine.Report report(String info) {
        return Objects.requireNonNull(ReplicationLine.parse(info));
    }

    @Test
    void remembersTheLastAnswerAndWhyThereIsNoLaterOne() {
        assertThat(book.snapshot()).isEmpty();

        book.onAnswer(PRIMARY, () -> open, 250, FIGURES);
        assertThat(health(PRIMARY))
                .isEqualTo(new NodeHealth(PRIMARY, true, 250, 250, START, null, FIGURES, -1, -1));

        now = START.plusSeconds(9);
        open = false;
        book.onFailure(PRIMARY, new IOException("refused"));
        assertThat(health(PRIMARY)).isEqualTo(new NodeHealth(PRIMARY, false, 250, 250, START,
                "java.io.IOException: refused", FIGURES, -1, -1));

        open = true;
        book.onAnswer(PRIMARY, () -> open, 500, null);
        assertThat(health(PRIMARY))
                .isEqualTo(new NodeHealth(PRIMARY, true, 500, 300, now, null, FIGURES, -1, -1));
    }

    @Test
    void theMeanStaysBetweenTheLeastAndTheMost() {
        Random random = new Random(7);
        for (int i = 0; i < 1000; i++) {
            book.onAnswer(PRIMARY, () -> true, 100 + random.nextInt(900), FIGURES);
            assertThat(health(PRIMARY).meanProbeMicros()).isBetween(100L, 1000L);
        }
    }

    @Test
    void primariesTellHowFarTheirReplicasAre() {
        Shard shard = shard(PRIMARY, REPLICA);
        SlotMap map = map(shard);
        ReplicaLag lag = new ReplicaLag(Duration.ofSeconds(60), behind -> {});
        String recorded = Recorded.text("valkey-8.0.1-primary.info");

        book.onReport(map, shard, report(recorded), null);
        assertThat(health(REPLICA).lagBytes()).isZero();
        assertThat(health(REPLICA).lagMillis()).isEqualTo(-1);

        for (int second = 0; second < 5; second++) {
            ReplicationLine.Report behind = report(recorded.replace("master_repl_offset:50",
                    "master_repl_offset:" + (50 + 100 * second)));
            lag.onReport(map, shard, behind, TimeUnit.SECONDS.toNanos(second));
            book.onReport(map, shard, behind, lag);
        }
        assertThat(health(REPLICA).lagBytes()).isEqualTo(400);
        assertThat(health(REPLICA).lagMillis()).isEqualTo(4000);

        book.onReport(map, shard, report(recorded.replace("state=online", "state=wait_bgsave")), lag);
        assertThat(health(REPLICA).lagBytes()).isEqualTo(-1);
        assertThat(health(REPLICA).lagMillis()).isEqualTo(-1);
    }

    @Test
    void forgetsWhatIsGoneAndThatAPrimaryWasBehind() {
        Shard shard = shard(PRIMARY, REPLICA);
        book.onAnswer(PRIMARY, () -> true, 1, FIGURES);
        book.onReport(map(shard), shard, report(Recorded.text("redis-7.0.15-primary.info")), null);
        assertThat(health(REPLICA).lagBytes()).isZero();

        book.follow(map(shard(REPLICA, new HostPort("127.0.0.1", 7903))));

        assertThat(book.snapshot()).containsOnlyKeys(REPLICA);
        assertThat(health(REPLICA).lagBytes()).isEqualTo(-1);
    }
}
