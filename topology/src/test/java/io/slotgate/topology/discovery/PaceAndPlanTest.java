package io.slotgate.topology.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.slotgate.topology.model.Health;
import io.slotgate.topology.model.HostPort;
import io.slotgate.topology.model.Node;
import io.slotgate.topology.model.Role;
import io.slotgate.topology.model.Shard;
import io.slotgate.topology.model.SlotMap;
import io.slotgate.topology.model.SlotMapBuilder;
import io.slotgate.topology.model.SlotRange;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PaceAndPlanTest {
    private static final HostPort SEED = new HostPort("seed", 1);
    private static final Duration GAP = Duration.ofMillis(100);
    private static final DiscoverySettings SETTINGS = new DiscoverySettings(Duration.ofSeconds(10), GAP, 3);

    @Test
    void backoffDoublesUpToItsMostAndIsCutAtRandom() {
        Backoff backoff = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5), new Random(1));
        Set<Duration> seen = new HashSet<>();
        for (int failures = 1; failures < 100; failures++) {
            long whole = Math.min(100L << Math.min(failures - 1, 20), 5000);
            Duration delay = backoff.after(failures);
            seen.add(delay);

            assertThat(delay).isBetween(Duration.ofMillis(whole / 2), Duration.ofMillis(whole));
        }
        assertThat(seen).hasSizeGreaterThan(90);
    }

    @Test
    void aClusterThatIsWellIsAskedAtTheInterval() {
        RefreshPace pace = new RefreshPace(SETTINGS, new Random(1));

        for (int i = 0; i < 100; i++) {
            assertThat(pace.regular()).isBetween(Duration.ofSeconds(9), Duration.ofSeconds(11));
        }
        assertThat(pace.gap()).isEqualTo(GAP);
        assertThat(pace.afterFailures(1)).isGreaterThanOrEqualTo(GAP);
    }

    @Test
    void aClusterThatIsNotWellIsAskedOftenAtFirst() {
        RefreshPace pace = new RefreshPace(SETTINGS, new Random(1));

        assertThat(pace.unwell(0)).isEqualTo(GAP.multipliedBy(2));
        assertThat(pace.unwell(9)).isEqualTo(GAP.multipliedBy(2));
        assertThat(pace.unwell(80)).isEqualTo(Duration.ofSeconds(1));
        assertThat(pace.unwell(1_000_000)).isBetween(Duration.ofSeconds(9), Duration.ofSeconds(11));
    }

    @Test
    void aClusterIsWellWhenEverySlotHasAnOwnerAndEveryNodeIsUp() {
        assertThat(RefreshPace.isWell(map(node("a", Health.UP), 0, 16383).build())).isTrue();
        assertThat(RefreshPace.isWell(map(node("a", Health.SUSPECTED), 0, 16383).build())).isFalse();
        assertThat(RefreshPace.isWell(map(node("a", Health.UP), 0, 16382).build())).isFalse();
        assertThat(RefreshPace.isWell(map(node("a", Health.UP), 0, 16383).node(Node.provisional(SEED)).build()))
                .isFalse();
        assertThat(RefreshPace.isWell(SlotMap.empty())).isFalse();
    }

    @Test
    void nodesAreAskedInTurnFailedOnesAndSeedsLast() {
        ProbePlan plan = new ProbePlan(List.of(SEED));
        Node a = node("a", Health.UP);
        Node b = node("b", Health.UP);
        Node c = node("c", Health.FAILED);
        SlotMap map = map(a, 0, 9).node(b).node(c).build();

        assertThat(plan.nextRefresh(map)).containsExactly(a.address(), b.address(), c.address(), SEED);
        plan.asked(a.address(), 1);
        assertThat(plan.nextRefresh(map)).containsExactly(b.address(), a.address(), c.address(), SEED);
        plan.asked(b.address(), 2);
        assertThat(plan.nextRefresh(map)).containsExactly(a.address(), b.address(), c.address(), SEED);
        assertThat(plan.askedSince(2)).containsExactly(b.address());
        assertThat(plan.nextRefresh(SlotMap.empty())).containsExactly(SEED);
        assertThat(plan.askedSince(0)).isEmpty();
    }

    @Test
    void whoIsInTheNewsIsAskedFirstAndOnce() {
        ProbePlan plan = new ProbePlan(List.of(SEED));
        Node a = node("a", Health.UP);
        SlotMap map = map(a, 0, 9).build();
        HostPort unknown = new HostPort("new", 1);

        plan.news(unknown);
        plan.news(unknown);

        assertThat(plan.nextRefresh(map)).containsExactly(unknown, a.address(), SEED);
        assertThat(plan.nextRefresh(map)).containsExactly(a.address(), SEED);
    }

    @Test
    void strangersAreNodesNeverAsked() {
        ProbePlan plan = new ProbePlan(List.of(SEED));
        Node a = node("a", Health.UP);
        SlotMap map = map(a, 0, 9).node(node("c", Health.FAILED)).build();

        assertThat(plan.hasStrangers(map)).isTrue();
        plan.asked(a.address(), 1);
        assertThat(plan.hasStrangers(map)).isFalse();
    }

    @Test
    void aPasswordIsNeverShown() {
        ClusterAccess access = new ClusterAccess(List.of(SEED), "u", "s3cr3t",
                new ClusterTls(Path.of("ca.pem"), null, null, true), GAP, GAP);

        assertThat(access.toString()).doesNotContain("s3cr3t").contains("password=***", "seed:1", "ca.pem");
    }

    @Test
    void settingsThatMakeNoSenseAreRejected() {
        assertThatIllegalArgumentException().isThrownBy(() -> new ClusterAccess(List.of(), null, null, null, GAP, GAP))
                .withMessage("seeds: [] (expected: at least one address)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ClusterAccess(List.of(SEED), "u", null, null, GAP, GAP))
                .withMessage("user: u without password (expected: both)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ClusterAccess(List.of(SEED), null, null, null, Duration.ZERO, GAP))
                .withMessage("connect timeout: PT0S (expected: more than 0)");
        assertThatIllegalArgumentException().isThrownBy(() -> new ClusterTls(null, Path.of("c"), null, true))
                .withMessage("certificate: c, key: null (expected: both or neither)");
        assertThatIllegalArgumentException().isThrownBy(() -> new DiscoverySettings(GAP, GAP.plusMillis(1), 1))
                .withMessageContaining("expected: at most the refresh interval");
        assertThatIllegalArgumentException().isThrownBy(() -> new DiscoverySettings(GAP, GAP, 0))
                .withMessage("probed nodes: 0 (expected: 1 or more)");
    }

    private static SlotMapBuilder map(Node primary, int first, int last) {
        return SlotMap.builder().shard(new Shard(primary.id(), primary, List.of()), new SlotRange(first, last));
    }

    private static Node node(String id, Health health) {
        return new Node(id, new HostPort(id, 1), Role.PRIMARY, null, health);
    }
}
