package io.slotgate.it.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ArrivalChecksTest {
    private static final List<Operation> COUNTS = List.of(Operation.incr(1, 1, "n", 1, 0, 1),
            Operation.maybeIncr(1, 2, "n", 2), Operation.incr(2, 1, "n", 2, 3, 4));

    @Test
    void countersAddUp() {
        assertThat(CounterCheck.problems(COUNTS, Map.of("n", 2L))).isEmpty();
        assertThat(CounterCheck.problems(COUNTS, Map.of("n", 3L))).isEmpty();
    }

    @Test
    void countersThatLostOrInventedACountDont() {
        assertThat(CounterCheck.problems(COUNTS, Map.of("n", 1L))).containsExactly(
                "n: 1 in the end (expected: 2..3)");
        assertThat(CounterCheck.problems(COUNTS, Map.of("n", 4L))).hasSize(1);
    }

    @Test
    void oneAnswerForTwoCountsIsFound() {
        assertThat(
                CounterCheck.problems(List.of(Operation.incr(1, 1, "n", 1, 0, 1), Operation.incr(2, 1, "n", 1, 0, 1)),
                        Map.of()))
                .containsExactly("n: two INCRs were answered 1");
    }

    @Test
    void itemsArriveOnceAndInOrder() {
        assertThat(
                new DeliveryCheck(Set.of("a/1", "a/2", "b/1"), Set.of("b/2"), List.of(List.of("a/1", "b/1"), List.of()),
                        0, List.of("a/2")).problems())
                .isEmpty();
    }

    @Test
    void anItemThatCameTwiceIsFound() {
        assertThat(new DeliveryCheck(Set.of("a/1"), Set.of(), List.of(List.of("a/1"), List.of("a/1")), 5, List.of())
                .problems()).containsExactly("twice: a/1");
        assertThat(new DeliveryCheck(Set.of("a/1"), Set.of(), List.of(List.of("a/1")), 5, List.of("a/1")).problems())
                .containsExactly("twice: a/1");
    }

    @Test
    void anItemThatIsLostIsFoundUnlessAnUncertainPopMayHaveTakenIt() {
        Set<String> pushed = Set.of("a/1", "a/2");
        List<List<String>> received = List.of(List.of("a/2"));
        assertThat(new DeliveryCheck(pushed, Set.of(), received, 0, List.of()).problems()).singleElement().asString()
                .contains("a/1");
        assertThat(new DeliveryCheck(pushed, Set.of(), received, 1, List.of()).problems()).isEmpty();
    }

    @Test
    void itemsOutOfOrderOrFromNowhereAreFound() {
        assertThat(new DeliveryCheck(Set.of("a/1", "a/2"), Set.of(), List.of(List.of("a/2", "a/1")), 0, List.of())
                .problems()).containsExactly("out of order: a/1 after number 2");
        assertThat(new DeliveryCheck(Set.of(), Set.of(), List.of(List.of("a/1")), 0, List.of()).problems())
                .containsExactly("never pushed: a/1");
    }

    @Test
    void messagesThatComeAgainOrTooLateAreFound() {
        MessageCheck check = new MessageCheck();
        check.check("c", List.of(1L, 2L, 2L, 3L), 3, Set.of());
        check.check("d", List.of(2L, 1L), 2, Set.of());
        assertThat(check.problems()).containsExactly("c: 2 after 2", "d: 1 after 2");
    }

    @Test
    void messagesThatDontComeAreCounted() {
        MessageCheck check = new MessageCheck();
        check.check("c", List.of(2L, 5L), 7, Set.of());
        check.check("d", List.of(1L, 2L), 2, Set.of());
        assertThat(check.missing()).isEqualTo(5);
        assertThat(check.problems()).isEmpty();
    }

    @Test
    void messagesThatMayNotHaveBeenPublishedMayComeLateOrNever() {
        MessageCheck check = new MessageCheck();
        check.check("c", List.of(1L, 3L, 2L, 5L), 6, Set.of(2L, 4L, 6L));
        assertThat(check.problems()).isEmpty();
        assertThat(check.missing()).isZero();
    }
}
