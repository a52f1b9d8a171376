package io.slotgate.it.history;

import static io.slotgate.it.history.Operation.get;
import static io.slotgate.it.history.Operation.incr;
import static io.slotgate.it.history.Operation.maybeIncr;
import static io.slotgate.it.history.Operation.maybeSet;
import static io.slotgate.it.history.Operation.set;
import static org.assertj.core.api.Assertions.assertThat;

import io.slotgate.it.history.Operation.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class RegisterCheckTest {
    private static final String KEY = "k";

    @Test
    void readsOfWhatWasWrittenBeforeAreExplained() {
        assertThat(RegisterCheck.problems(List.of(get(1, 1, KEY, null, 0, 1), set(1, 2, KEY, "a", 2, 3),
                get(2, 1, KEY, "a", 4, 5), incr(2, 2, "n", 1, 6, 7), incr(1, 3, "n", 2, 8, 9),
                get(1, 4, "n", "2", 10, 11)))).isEmpty();
    }

    @Test
    void aReadOfAnOldValueIsAViolation() {
        assertThat(RegisterCheck.problems(List.of(set(1, 1, KEY, "a", 0, 1), set(1, 2, KEY, "b", 2, 3),
                get(2, 1, KEY, "a", 4, 5)))).singleElement().isInstanceOfSatisfying(Verdict.Violation.class,
                        violation -> assertThat(violation.why()).contains("GET").contains("the value is b"));
    }

    @Test
    void whatOverlapsMayComeInAnyOrder() {
        assertThat(RegisterCheck.problems(List.of(set(1, 1, KEY, "a", 0, 10), set(2, 1, KEY, "b", 0, 10),
                get(3, 1, KEY, "b", 1, 4), get(3, 2, KEY, "a", 5, 20), get(4, 1, KEY, "a", 21, 22)))).isEmpty();
    }

    @Test
    void aValueThatWentAndCameBackIsAViolation() {
        assertThat(RegisterCheck.problems(List.of(set(1, 1, KEY, "a", 0, 10), set(2, 1, KEY, "b", 0, 10),
                get(3, 1, KEY, "b", 11, 12), get(3, 2, KEY, "a", 13, 14))))
                .singleElement().isInstanceOf(Verdict.Violation.class);
    }

    @Test
    void anAcknowledgedWriteThatIsLostIsAViolation() {
        assertThat(RegisterCheck.problems(List.of(incr(1, 1, KEY, 1, 0, 1), incr(1, 2, KEY, 2, 2, 3),
                get(2, 1, KEY, "1", 4, 5)))).singleElement().isInstanceOf(Verdict.Violation.class);
    }

    @Test
    void aWriteThatIsDoneTwiceIsAViolation() {
        assertThat(RegisterCheck.problems(List.of(incr(1, 1, KEY, 1, 0, 1), incr(1, 2, KEY, 3, 2, 3))))
                .singleElement().isInstanceOf(Verdict.Violation.class);
    }

    @Test
    void anUncertainWriteMayTakeEffectLaterOrNever() {
        List<Operation> never = List.of(set(1, 1, KEY, "a", 0, 1), maybeSet(1, 2, KEY, "b", 2),
                get(2, 1, KEY, "a", 10, 11));
        List<Operation> later = new ArrayList<>(never);
        later.add(get(2, 2, KEY, "b", 12, 13));
        List<Operation> undone = new ArrayList<>(later);
        undone.add(get(2, 3, KEY, "a", 14, 15));

        assertThat(RegisterCheck.problems(never)).isEmpty();
        assertThat(RegisterCheck.problems(later)).isEmpty();
        assertThat(RegisterCheck.problems(undone)).singleElement().isInstanceOf(Verdict.Violation.class);
    }

    @Test
    void anUncertainWriteTakesNoEffectBeforeItIsSent() {
        assertThat(RegisterCheck.problems(List.of(get(2, 1, KEY, "b", 0, 1), maybeSet(1, 1, KEY, "b", 2))))
                .singleElement().isInstanceOf(Verdict.Violation.class);
    }

    @Test
    void uncertainCountsExplainAsManyAsThereAre() {
        List<Operation> history = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            history.add(maybeIncr(i, 1, KEY, i));
        }
        history.add(incr(40, 1, KEY, 16, 100, 101));
        history.add(get(40, 2, KEY, "16", 102, 103));
        assertThat(RegisterCheck.problems(history)).isEmpty();

        history.add(get(40, 3, KEY, "32", 104, 105));
        assertThat(RegisterCheck.problems(history)).singleElement().isInstanceOf(Verdict.Violation.class);
    }

    @Test
    void commandsOfOnePipelineThatChangedPlacesAreOutOfOrder() {
        assertThat(RegisterCheck.problems(List.of(set(1, 1, KEY, "a", 0, 10), set(1, 2, KEY, "b", 0, 11),
                get(2, 1, KEY, "a", 20, 21)))).singleElement().isInstanceOf(Verdict.OutOfOrder.class);
        assertThat(RegisterCheck.problems(List.of(set(1, 1, KEY, "a", 0, 10), get(1, 2, KEY, null, 0, 11))))
                .singleElement().isInstanceOf(Verdict.OutOfOrder.class);
    }

    @Test
    void randomHistoriesOfAStoreThatIsRightAreExplained() {
        for (int seed = 0; seed < 200; seed++) {
            List<Operation> history = new RandomHistory(seed, 4, 3, seed % 2 == 0 ? 0 : 0.1).make(300);
            assertThat(RegisterCheck.problems(history)).as("seed %d", seed).isEmpty();
        }
    }

    @Test
    void readsThatAreMadeStaleInRandomHistoriesAreFound() {
        int planted = 0;
        for (int seed = 0; seed < 100; seed++) {
            // Given
            List<Operation> history = new ArrayList<>(new RandomHistory(seed, 4, 2, 0).make(200));
            Random random = new Random(seed);
            int at = random.nextInt(history.size());
            Operation read = history.get(at);
            if (read.kind() != Kind.GET || read.value() == null) {
                continue;
            }
            // When: it reads what only ever was a value at another time
            history.set(at, get(read.client(), read.place(), read.key(), "planted", read.begun(), read.ended()));
            history.add(set(99, 1, read.key(), "planted", read.ended() + 1, read.ended() + 2));
            planted++;
            // Then
            assertThat(RegisterCheck.problems(history)).as("seed %d", seed).singleElement()
                    .isInstanceOf(Verdict.Violation.class);
        }
        assertThat(planted).isGreaterThan(10);
    }

    @Test
    void countsThatAreLostInRandomHistoriesAreFound() {
        int planted = 0;
        for (int seed = 0; seed < 100; seed++) {
            List<Operation> history = new ArrayList<>(new RandomHistory(seed, 4, 2, 0).make(200));
            Operation lost = history.get(new Random(seed).nextInt(history.size() / 2));
            boolean followed = history.stream().anyMatch(later -> later.key().equals(lost.key())
                    && later.kind() == Kind.INCR && later.begun() > lost.ended());
            if (lost.kind() != Kind.INCR || !followed) {
                continue;
            }
            // The client was told of it, and nobody saw it.
            history.add(incr(99, 1, lost.key(), Long.parseLong(String.valueOf(lost.value())), lost.ended() + 1,
                    lost.ended() + 2));
            planted++;
            assertThat(RegisterCheck.problems(history)).as("seed %d", seed).isNotEmpty();
        }
        assertThat(planted).isGreaterThan(10);
    }

    /** Some seconds, not minutes: the bound is far above what it takes. */
    @Test
    @Timeout(60)
    void aLongHistoryIsDecided() {
        List<Operation> history = new RandomHistory(7, 16, 200, 0.001).make(100_000);

        assertThat(RegisterCheck.problems(history)).isEmpty();
    }

    @Test
    void aSearchThatIsGivenUpSaysSo() {
        List<Operation> history = new RandomHistory(7, 16, 1, 0.1).make(2000);

        assertThat(RegisterCheck.problems(history, 100)).singleElement()
                .isEqualTo(new Verdict.Undecided("k0", 100));
    }
}
