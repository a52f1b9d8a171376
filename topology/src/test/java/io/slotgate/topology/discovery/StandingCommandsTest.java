package io.slotgate.topology.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotgate.topology.model.Health;
import io.slotgate.topology.model.HostPort;
import io.slotgate.topology.model.Node;
import io.slotgate.topology.model.Role;
import io.slotgate.topology.model.SlotMap;
import io.slotgate.topology.model.SlotMapBuilder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class StandingCommandsTest {
    private static final String ERROR = "NOPERM no";

    private final List<HostPort> asked = new ArrayList<>();
    private final Map<HostPort, CompletableFuture<Map<String, String>>> underWay = new HashMap<>();
    private long now;
    private final StandingCommands standing = new StandingCommands(address -> {
        asked.add(address);
        CompletableFuture<Map<String, String>> answer = new CompletableFuture<>();
        assertThat(underWay.put(address, answer)).as("one at a time").isNull();
        return answer;
    }, Runnable::run, () -> now);

    private static HostPort at(int node) {
        return new HostPort("10.0.0." + node, 7000);
    }

    private static SlotMap map(Health... nodes) {
        SlotMapBuilder map = SlotMap.builder();
        for (int i = 0; i < nodes.length; i++) {
            map.node(new Node("n" + i, at(i), i % 2 == 0 ? Role.PRIMARY : Role.REPLICA, null, nodes[i]));
        }
        return map.build();
    }

    private void answer(int node, Map<String, String> errors) {
        CompletableFuture<Map<String, String>> answer = underWay.remove(at(node));
        assertThat(answer).isNotNull();
        if (answer != null) {
            answer.complete(errors);
        }
    }

    private void fail(int node) {
        CompletableFuture<Map<String, String>> answer = underWay.remove(at(node));
        assertThat(answer).isNotNull();
        if (answer != null) {
            answer.completeExceptionally(new IOException("gone"));
        }
    }

    @Test
    void eachNodeIsToldOnce() {
        standing.follow(map(Health.UP, Health.UP));
        standing.follow(map(Health.UP, Health.UP));
        answer(0, Map.of());
        answer(1, Map.of());
        standing.follow(map(Health.UP, Health.UP));
        standing.follow(map(Health.UP, Health.UP, Health.LOADING));
        assertThat(asked).containsExactlyInAnyOrder(at(0), at(1), at(2));
    }

    @Test
    void eachNodeIsToldOnceAMinute() {
        standing.follow(map(Health.UP));
        answer(0, Map.of());
        now += TimeUnit.SECONDS.toNanos(59);
        standing.follow(map(Health.UP));
        assertThat(asked).hasSize(1);
        now += TimeUnit.SECONDS.toNanos(1);
        standing.follow(map(Health.UP));
        assertThat(asked).hasSize(2);
    }

    @Test
    void aNodeThatIsBackIsToldAgain() {
        standing.follow(map(Health.UP));
        answer(0, Map.of());
        standing.follow(map(Health.SUSPECTED));
        standing.follow(map(Health.FAILED));
        assertThat(asked).hasSize(1);
        standing.follow(map(Health.UP));
        assertThat(asked).hasSize(2);
        standing.follow(map(Health.SUSPECTED));
        answer(0, Map.of());
        standing.follow(map(Health.UP));
        assertThat(asked).as("it may have ended after its answer").hasSize(3);
    }

    @Test
    void aNodeThatDoesNotAnswerIsAskedAgain() {
        standing.follow(map(Health.UP));
        fail(0);
        assertThat(standing.refusal("app")).isNull();
        standing.follow(map(Health.UP));
        assertThat(asked).hasSize(2);
    }

    @Test
    void whatOneNodeRefusesIsRefusedUntilItAcceptsIt() {
        standing.follow(map(Health.UP, Health.UP));
        answer(0, Map.of());
        answer(1, Map.of("app", ERROR));
        assertThat(standing.refusal("app")).isEqualTo(ERROR);
        assertThat(standing.refusal("other")).isNull();
        standing.follow(map(Health.UP, Health.UP));
        assertThat(asked).hasSize(2);

        now += TimeUnit.SECONDS.toNanos(30);
        standing.follow(map(Health.UP, Health.UP));
        assertThat(asked).hasSize(3);
        answer(1, Map.of());
        assertThat(standing.refusal("app")).isNull();
    }

    @Test
    void aNodeThatLeavesRefusesNothing() {
        standing.follow(map(Health.UP, Health.UP));
        answer(0, Map.of());
        answer(1, Map.of("app", ERROR));
        standing.follow(map(Health.UP));
        assertThat(standing.refusal("app")).isNull();
    }

    @Test
    void whoeverAsksAgainWaitsForTheAnswer() {
        standing.follow(map(Health.UP));
        answer(0, Map.of());
        CompletableFuture<Void> first = standing.again(at(0));
        CompletableFuture<Void> second = standing.again(at(0));
        assertThat(asked).hasSize(2);
        assertThat(first).isNotDone();
        fail(0);
        assertThat(first).isCompleted();
        assertThat(second).isCompleted();
        assertThat(standing.again(at(0))).isNotDone();
    }

    @Test
    void everywhereWaitsForAllThatAreWell() {
        standing.follow(map(Health.UP, Health.FAILED, Health.UP));
        CompletableFuture<Void> everywhere = standing.everywhere();
        answer(0, Map.of());
        assertThat(everywhere).isNotDone();
        fail(2);
        assertThat(everywhere).isCompleted();
        assertThat(asked).containsExactlyInAnyOrder(at(0), at(2));
    }

    @Test
    void whateverHappensNodesThatAreWellAreToldInTheEnd() {
        List<Health> states = List.of(Health.UP, Health.LOADING, Health.SUSPECTED, Health.FAILED);
        for (long seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            StandingCommandsTest one = new StandingCommandsTest();
            Health[] health = {Health.UP, Health.UP, Health.UP};
            for (int step = 0; step < 60; step++) {
                int node = random.nextInt(health.length);
                switch (random.nextInt(4)) {
                    case 0 -> health[node] = states.get(random.nextInt(states.size()));
                    case 1 -> one.standing.again(at(node));
                    default -> {
                        if (one.underWay.containsKey(at(node))) {
                            switch (random.nextInt(3)) {
                                case 0 -> one.fail(node);
                                case 1 -> one.answer(node, Map.of("app", ERROR));
                                default -> one.answer(node, Map.of());
                            }
                        }
                    }
                }
                one.standing.follow(map(health));
            }
            for (int round = 0; round < 2; round++) {
                one.now += TimeUnit.SECONDS.toNanos(30);
                one.standing.follow(map(Health.UP, Health.UP, Health.UP));
                for (int node = 0; node < health.length; node++) {
                    if (one.underWay.containsKey(at(node))) {
                        one.answer(node, Map.of());
                    }
                }
            }
            int before = one.asked.size();
            one.standing.follow(map(Health.UP, Health.UP, Health.UP));
            assertThat(one.asked).as("seed %s", seed).hasSize(before);
            assertThat(one.standing.refusal("app")).as("seed %s", seed).isNull();
        }
    }
}
