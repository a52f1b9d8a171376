package io.slotgate.topology.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotgate.topology.codec.MalformedMessageException;
import io.slotgate.topology.fleet.FleetMessage.Answer;
import io.slotgate.topology.fleet.FleetMessage.Question;
import io.slotgate.topology.fleet.Replies.Reply;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

/** One proxy's questions and answers by themselves; members are numbers, 1 to 3 are others. */
class QuestionsTest {
    private static final long LATER = Questions.PATIENCE_NANOS;

    private final FleetCounters counters = new FleetCounters();
    private final List<Object> said = new ArrayList<>();
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private FleetAnswers answers = FleetAnswers.NONE;
    private final Questions<Integer> questions = new Questions<>(new Post<>(new Outbox<>() {
        @Override
        public void toAll(byte[] message) {
            said.add(decode(message));
        }

        @Override
        public void to(Integer member, byte[] message) {
            said.add(List.of(member, decode(message)));
        }
    }, counters), what -> answers.answer(what), member -> "p" + member, waiting::add, counters);

    QuestionsTest() {
        questions.onMembers(List.of(1, 2, 3));
    }

    @Test
    void endsWithTheLastAnswer() {
        CompletableFuture<Replies<byte[]>> outcome = ask(9, 0);
        long id = lastId();
        assertThat(said).containsExactly(new Question(id, 9));

        questions.on(3, answer(id, 30));
        questions.on(1, answer(id, 10));
        questions.on(1, answer(id, 11));
        assertThat(outcome).isNotDone();
        questions.on(2, answer(id, 20));

        assertThat(outcome.join().missing()).isEmpty();
        assertThat(outcome.join().replies()).extracting(Reply::member).containsExactly("p3", "p1", "p2");
        assertThat(outcome.join().replies()).extracting(reply -> reply.answer()[0])
                .containsExactly((byte) 30, (byte) 10, (byte) 20);
        assertThat(counters.questions()).isOne();
        assertThat(counters.unanswered()).isZero();
    }

    @Test
    void saysWhoDidNotAnswerInTimeAndWhoCanNotSay() {
        CompletableFuture<Replies<byte[]>> outcome = ask(9, 100);
        long id = lastId();
        questions.on(1, answer(id, 10));
        questions.on(2, new Answer(id, null));
        assertThat(questions.untilNext(100)).isEqualTo(LATER);
        questions.expire(100 + LATER - 1);
        assertThat(outcome).isNotDone();

        questions.expire(100 + LATER);

        assertThat(outcome.join().replies()).extracting(Reply::member).containsExactly("p1");
        assertThat(outcome.join().missing()).containsExactly("p2", "p3");
        assertThat(counters.unanswered()).isOne();
        assertThat(questions.untilNext(0)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void waitsForNobodyWhoWasSilentUntilItAnswers() {
        ask(9, 0);
        long first = lastId();
        questions.on(1, answer(first, 10));
        questions.on(2, answer(first, 20));
        questions.expire(LATER);

        CompletableFuture<Replies<byte[]>> second = ask(9, LATER);
        questions.on(1, answer(lastId(), 11));
        questions.on(2, answer(lastId(), 21));
        assertThat(second.join().missing()).containsExactly("p3");
        // Its answer is too late for both, but it is there again.
        questions.on(3, answer(first, 30));

        CompletableFuture<Replies<byte[]>> third = ask(9, 2 * LATER);
        questions.on(1, answer(lastId(), 12));
        questions.on(2, answer(lastId(), 22));
        assertThat(third).isNotDone();
        questions.on(3, answer(lastId(), 32));
        assertThat(third.join().missing()).isEmpty();
        assertThat(counters.unanswered()).isOne();
    }

    @Test
    void waitsForNobodyWhoLeft() {
        CompletableFuture<Replies<byte[]>> outcome = ask(9, 0);
        questions.on(1, answer(lastId(), 10));
        questions.on(2, answer(lastId(), 20));

        questions.onMembers(List.of(1));

        assertThat(outcome.join().replies()).extracting(Reply::member).containsExactly("p1", "p2");
        assertThat(outcome.join().missing()).isEmpty();
    }

    @Test
    void asksNobodyWhereNobodyIs() {
        questions.onMembers(List.of());

        assertThat(ask(9, 0).join()).isEqualTo(new Replies<byte[]>(List.of(), List.of()));
        assertThat(said).isEmpty();
        assertThat(counters.questions()).isZero();
    }

    @Test
    void takesNoAnswerOfStrangersOrToWhatItDidNotAsk() {
        CompletableFuture<Replies<byte[]>> outcome = ask(9, 0);
        long id = lastId();

        questions.on(7, answer(id, 70));
        questions.on(1, answer(id + 1, 10));
        questions.on(1, answer(-id, 10));
        assertThat(outcome).isNotDone();
        questions.expire(LATER);

        assertThat(outcome.join().replies()).isEmpty();
    }

    @Test
    void refusesTooManyAtATime() {
        List<CompletableFuture<Replies<byte[]>>> outcomes = new ArrayList<>();
        for (int i = 0; i <= Questions.MOST; i++) {
            outcomes.add(ask(9, i));
        }

        assertRejected(outcomes.removeLast(), "16 questions are under way");
        assertThat(outcomes).noneMatch(CompletableFuture::isDone);
        questions.expire(LATER);
        assertThat(outcomes.getFirst()).isDone();
        questions.on(1, answer(1, 10));
        CompletableFuture<Replies<byte[]>> next = ask(9, LATER);
        assertThat(next).isNotDone();

        questions.close();
        assertRejected(next, "this proxy leaves the fleet");
    }

    @Test
    void saysWhatItIsAskedWhenItKnows() {
        CompletableFuture<byte[]> known = new CompletableFuture<>();
        answers = what -> known;
        questions.on(2, new Question(5, 9));
        assertThat(said).isEmpty();

        known.complete(new byte[]{42});
        waiting.remove().run();

        assertThat(said).containsExactly(List.of(2, new Answer(5, new byte[]{42})));
        assertThat(counters.refused()).isZero();
    }

    @Test
    void saysThatItCanNotSay() {
        answers = what -> switch (what) {
            case 0 -> CompletableFuture.completedFuture(null);
            case 1 -> CompletableFuture.failedFuture(new IllegalStateException("a defect"));
            case 2 -> CompletableFuture.completedFuture(new byte[FleetCodec.LONGEST_ANSWER + 1]);
            default -> throw new IllegalStateException("another");
        };
        for (int what = 0; what < 4; what++) {
            questions.on(1, new Question(what, what));
            waiting.remove().run();
        }

        assertThat(said).containsExactly(List.of(1, new Answer(0, null)), List.of(1, new Answer(1, null)),
                List.of(1, new Answer(2, null)), List.of(1, new Answer(3, null)));
        assertThat(counters.refused()).isEqualTo(4);
    }

    @Test
    void answersOnlySoManyAtATime() {
        CompletableFuture<byte[]> known = new CompletableFuture<>();
        answers = what -> known;
        for (int i = 0; i <= Questions.MOST_ANSWERED; i++) {
            questions.on(1, new Question(i, 9));
        }
        assertThat(said).containsExactly(List.of(1, new Answer(Questions.MOST_ANSWERED, null)));

        known.complete(new byte[]{42});
        waiting.forEach(Runnable::run);
        assertThat(said).hasSize(Questions.MOST_ANSWERED + 1);
        waiting.clear();
        questions.on(1, new Question(99, 9));
        waiting.remove().run();
        assertThat(said).last().isEqualTo(List.of(1, new Answer(99, new byte[]{42})));
    }

    private static void assertRejected(CompletableFuture<?> outcome, String because) {
        assertThat(outcome).isCompletedExceptionally();
        assertThat(outcome.exceptionNow()).isInstanceOf(RejectedExecutionException.class).hasMessage(because);
    }

    private CompletableFuture<Replies<byte[]>> ask(int what, long now) {
        CompletableFuture<Replies<byte[]>> outcome = new CompletableFuture<>();
        questions.ask(what, outcome, now);
        return outcome;
    }

    private long lastId() {
        return said.reversed().stream().filter(Question.class::isInstance).map(each -> ((Question) each).id())
                .findFirst().orElseThrow();
    }

    private static Answer answer(long id, int value) {
        return new Answer(id, new byte[]{(byte) value});
    }

    private static FleetMessage decode(byte[] bytes) {
        try {
            return FleetCodec.decode(bytes);
        } catch (MalformedMessageException e) {
            throw new AssertionError(e);
        }
    }
}
