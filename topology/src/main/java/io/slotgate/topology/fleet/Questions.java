package io.slotgate.topology.fleet;

import io.slotgate.topology.fleet.FleetMessage.Answer;
import io.slotgate.topology.fleet.FleetMessage.Asked;
import io.slotgate.topology.fleet.FleetMessage.Question;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What one proxy asks the others, and what they ask it: no I/O, no clock, no thread of its own; for one thread.
 *
 * <pre>
 *   ask ── Question ──> all others ── FleetAnswers ── Answer ──> who asked
 *    └ over when all that are waited for have answered or left, or after {@link #PATIENCE_NANOS}
 * </pre>
 *
 * A member that lets a question pass is asked the next one, too, but nobody waits for it until it has answered something, however
 * late: one that hangs, or is of a version that knows no questions, delays one question and not each.
 *
 * @param <A> what members are addressed by
 */
final class Questions<A> {
    /** Most that we ask at a time; what goes beyond fails. */
    static final int MOST = 16;
    /** Most that we answer at a time; to what goes beyond we have nothing to say. */
    static final int MOST_ANSWERED = 64;
    /** How long an answer is waited for. */
    static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Post<A> post;
    private final FleetAnswers answers;
    private final Function<A, String> names;
    private final Executor thread;
    private final FleetCounters counters;
    /** By id, the oldest first. */
    private final Map<Long, Open<A>> open = new LinkedHashMap<>();
    /** Those nobody waits for. */
    private final Set<A> silent = new HashSet<>();
    private final AtomicInteger answering = new AtomicInteger();
    private List<A> others = List.of();
    private long lastId;

    /** A question of ours that is under way. */
    private static final class Open<A> {
        final long deadline;
        final CompletableFuture<Replies<byte[]>> outcome;
        final Set<A> asked;
        final Set<A> awaited;
        final Map<A, Replies.Reply<byte[]>> replies = new LinkedHashMap<>();

        Open(long deadline, CompletableFuture<Replies<byte[]>> outcome, List<A> asked, Set<A> silent) {
            this.deadline = deadline;
            this.outcome = outcome;
            this.asked = new LinkedHashSet<>(asked);
            this.awaited = new HashSet<>(asked);
            awaited.removeAll(silent);
        }
    }

    /**
     * Of a proxy that knows nobody yet.
     *
     * @param names what members are called
     * @param thread runs what it is given on the thread that this is for; may drop it if there is too much
     */
    Questions(Post<A> post, FleetAnswers answers, Function<A, String> names, Executor thread, FleetCounters counters) {
        this.post = post;
        this.answers = answers;
        this.names = names;
        this.thread = thread;
        this.counters = counters;
    }

    /** Who is there, without us. Of those who left no answer is expected. */
    void onMembers(List<A> present) {
        others = List.copyOf(present);
        silent.retainAll(present);
        for (Open<A> each : open.values()) {
            each.asked.retainAll(present);
            each.awaited.retainAll(present);
        }
        endWhatIsComplete();
    }

    /**
     * Asks all others.
     *
     * @param outcome completed on this thread
     */
    void ask(int what, CompletableFuture<Replies<byte[]>> outcome, long nowNanos) {
        if (open.size() >= MOST) {
            outcome.completeExceptionally(new RejectedExecutionException(MOST + " questions are under way"));
            return;
        }
        long id = ++lastId;
        open.put(id, new Open<>(nowNanos + PATIENCE_NANOS, outcome, others, silent));
        if (!others.isEmpty()) {
            counters.questions.incrementAndGet();
            post.toAll(new Question(id, what));
        }
        endWhatIsComplete();
    }

    void on(A from, Asked asked) {
        switch (asked) {
            case Question question -> onQuestion(from, question);
            case Answer answer -> onAnswer(from, answer);
        }
    }

    private void onQuestion(A from, Question question) {
        if (answering.get() >= MOST_ANSWERED) {
            say(from, question, null);
            return;
        }
        answering.incrementAndGet();
        answer(question.what()).orTimeout(PATIENCE_NANOS, TimeUnit.NANOSECONDS).whenComplete((body, failure) -> {
            answering.decrementAndGet();
            thread.execute(() -> say(from, question, body));
        });
    }

    private CompletableFuture<byte @Nullable []> answer(int what) {
        try {
            // A copy, for nobody else is to be timed out with it.
            return answers.answer(what).copy();
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private void say(A to, Question question, byte @Nullable [] body) {
        boolean sayable = body != null && body.length <= FleetCodec.LONGEST_ANSWER;
        if (!sayable) {
            counters.refused.incrementAndGet();
        }
        post.to(to, new Answer(question.id(), sayable ? body : null));
    }

    private void onAnswer(A from, Answer answer) {
        silent.remove(from);
        Open<A> asked = open.get(answer.id());
        if (asked == null || !asked.asked.contains(from)) {
            return;
        }
        asked.awaited.remove(from);
        byte[] body = answer.body();
        if (body != null) {
            asked.replies.putIfAbsent(from, new Replies.Reply<>(names.apply(from), body));
        }
        endWhatIsComplete();
    }

    /** How long until {@link #expire} has something to do, in nanoseconds; may be negative. */
    long untilNext(long nowNanos) {
        return open.isEmpty() ? Long.MAX_VALUE : open.values().iterator().next().deadline - nowNanos;
    }

    /** Ends what nobody waits for any longer. */
    void expire(long nowNanos) {
        for (Open<A> each : open.values()) {
            if (each.deadline - nowNanos <= 0) {
                counters.unanswered.addAndGet(each.awaited.size());
                silent.addAll(each.awaited);
                each.awaited.clear();
            }
        }
        endWhatIsComplete();
    }

    private void endWhatIsComplete() {
        List<Open<A>> complete = open.values().stream().filter(each -> each.awaited.isEmpty()).toList();
        open.values().removeAll(complete);
        for (Open<A> each : complete) {
            List<String> missing = new ArrayList<>();
            for (A member : each.asked) {
                if (!each.replies.containsKey(member)) {
                    missing.add(names.apply(member));
                }
            }
            each.outcome.complete(new Replies<>(List.copyOf(each.replies.values()), missing));
        }
    }

    /** No answer will come. */
    void close() {
        List<Open<A>> left = List.copyOf(open.values());
        open.clear();
        left.forEach(each -> each.outcome
                .completeExceptionally(new RejectedExecutionException("this proxy leaves the fleet")));
    }
}
