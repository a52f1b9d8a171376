package io.slotgate.topology.fleet.agreed;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class WaitersTest {
    private final List<Runnable> later = new ArrayList<>();
    private final Waiters waiters = new Waiters(later::add);

    private CompletableFuture<Agreement> await(long version) {
        CompletableFuture<Agreement> outcome = new CompletableFuture<>();
        waiters.await(version, outcome);
        return outcome;
    }

    private static Agreement version(long version) {
        return new Agreement(version, Map.of());
    }

    private static NotAgreedException failure(CompletableFuture<Agreement> outcome) {
        assertThat(outcome).isCompletedExceptionally();
        return (NotAgreedException) outcome.exceptionNow();
    }

    @Test
    void waitsForTheVersionOrALaterOne() {
        CompletableFuture<Agreement> third = await(3);
        CompletableFuture<Agreement> fifth = await(5);

        waiters.entered(version(4));

        assertThat(third).isCompletedWithValue(version(4));
        assertThat(fifth).isNotDone();
        assertThat(await(4)).isCompletedWithValue(version(4));
        waiters.entered(version(5));
        assertThat(fifth).isCompletedWithValue(version(5));
    }

    @Test
    void nobodyWaitsForEver() {
        CompletableFuture<Agreement> outcome = await(7);

        later.forEach(Runnable::run);

        NotAgreedException failure = failure(outcome);
        assertThat(failure.reason()).isEqualTo(NotAgreedException.Reason.UNCONFIRMED);
        assertThat(failure).hasMessage(
                "not agreed: the change is decided, as version 7, but has not come to this proxy in time");
        assertThat(waiters.size()).isZero();
    }

    @Test
    void whoWasToldIsNotToldAgain() {
        CompletableFuture<Agreement> outcome = await(7);
        waiters.entered(version(7));

        later.forEach(Runnable::run);

        assertThat(outcome).isCompletedWithValue(version(7));
    }

    @Test
    void endsWithTheProxy() {
        CompletableFuture<Agreement> before = await(7);

        waiters.close();

        assertThat(failure(before)).hasMessage("not agreed: this proxy stops");
        assertThat(failure(await(8))).hasMessage("not agreed: this proxy stops");
        assertThat(waiters.size()).isZero();
    }
}
