package io.slotgate.topology.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotgate.topology.model.Observation.Redirect;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** 300 proxies in front of 500 nodes, each with its own table; what the figures in docs/reliability.md come from. */
@TestMethodOrder(MethodOrderer.MethodName.class)
class FleetSimulationTest {
    private static final int PROXIES = Integer.getInteger("fleet.proxies", 300);
    private static final int SHARDS = 250;

    private final SimulatedFleet.Cluster cluster = new SimulatedFleet.Cluster(SHARDS);
    private final SimulatedFleet fleet = new SimulatedFleet(PROXIES, cluster, 42);

    @Test
    void aRedirectReachesAllInOneHop() {
        settle();
        Redirect met = cluster.move(100, SHARDS - 1);

        fleet.proxies.get(3).meet(met);

        assertThat(fleet.untilRight(3, fleet::hop)).isEqualTo(1);
        report("redirect", 1);
        assertThat(fleet.messages).as("nobody tells again what was told").isEqualTo(PROXIES - 1L);
    }

    @Test
    void aFailoverReachesAllInOneHop() {
        settle();
        cluster.failOver(17);

        fleet.proxies.get(5).probe(cluster.primary(17));

        assertThat(fleet.untilRight(3, fleet::hop)).isEqualTo(1);
        report("failover", 1);
        assertThat(fleet.messages).isEqualTo(PROXIES - 1L);
    }

    @Test
    void whatWasLostIsHealedByAntiEntropy() {
        settle();
        cluster.failOver(17);
        fleet.lose(1);
        fleet.proxies.get(5).probe(cluster.primary(17));
        fleet.hop();
        fleet.lose(0.3);
        assertThat(fleet.wrong()).isEqualTo(PROXIES - 1L);

        int intervals = fleet.untilRight(60, fleet::interval);

        report("failover, first message lost to all, then 30 % lost", intervals);
        assertThat(intervals).isBetween(1, 60);
    }

    @Test
    void twoSidesOfAPartitionAgreeAfterItHeals() {
        settle();
        fleet.cut(number -> number < PROXIES / 3);
        cluster.failOver(1);
        fleet.proxies.get(0).probe(cluster.primary(1));
        fleet.interval();
        cluster.failOver(2);
        fleet.proxies.get(PROXIES - 1).probe(cluster.primary(2));
        fleet.interval();
        fleet.interval();
        assertThat(fleet.wrong()).as("either side lacks what the other saw").isPositive();
        fleet.forgetTraffic();

        fleet.cut(null);
        int intervals = fleet.untilRight(60, fleet::interval);

        report("merge of two sides that saw a failover each", intervals);
        assertThat(intervals).isBetween(1, 60);
    }

    @Test
    void whatIsLateOrOldDisplacesNothing() {
        settle();
        SimulatedFleet.Proxy backward = fleet.proxies.get(0);
        fleet.cut(number -> number == 0);
        for (int shard = 0; shard < 10; shard++) {
            cluster.failOver(shard);
        }
        fleet.proxies.get(1).probe(cluster.primary(3));
        fleet.hop();
        Redirect old = new Redirect(5, cluster.ownerOf(SHARDS * 60), cluster.ownerOf(16_000));
        fleet.cut(null);

        backward.gossip.onFound(old, 0);
        backward.gossip.flush(0);
        int intervals = fleet.untilRight(60, fleet::interval);

        assertThat(intervals).isBetween(0, 60);
    }

    @Test
    void aQuietFleetOnlySaysDigests() {
        settle();
        for (int i = 0; i < 3; i++) {
            fleet.interval();
        }
        report("quiet, for each proxy and interval: " + fleet.bytes / PROXIES / 3 + " bytes", 3);
        assertThat(fleet.bytes).isEqualTo(3L * PROXIES * 11);
    }

    private void settle() {
        fleet.hop();
        fleet.hop();
        assertThat(fleet.wrong()).isZero();
        fleet.forgetTraffic();
    }

    /** For docs/reliability.md. */
    private void report(String what, int steps) {
        System.out.printf("%s: steps %d, messages %d, bytes %d, bytes per proxy %d%n", what, steps, fleet.messages,
                fleet.bytes, fleet.bytes / PROXIES);
    }
}
