package io.slotgate.admin.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.slotgate.admin.Tokens;
import io.slotgate.admin.http.FakeContext;
import io.slotgate.admin.http.Refusal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RefusalLogTest {
    /** Near the end of its range, so that it runs over: only differences may be looked at. */
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - RefusalLog.MINUTE_NANOS / 2);
    private final ArrayDeque<Runnable> later = new ArrayDeque<>();
    private final List<String> lines = new ArrayList<>();
    private final RefusalLog refusals = new RefusalLog(now::get, later::add,
            (address, requests, guessed) -> lines.add(address + " " + requests + (guessed ? " guessed" : "")));

    private void aMinutePasses() {
        now.addAndGet(RefusalLog.MINUTE_NANOS);
        List<Runnable> due = List.copyOf(later);
        later.clear();
        due.forEach(Runnable::run);
    }

    private void refuse(String address, int times) {
        for (int i = 0; i < times; i++) {
            refusals.refused(address, 401, true);
        }
    }

    @Test
    void tellsTheFirstAtOnceAndTheOthersOnceAMinute() {
        refuse("a", 1000);
        refusals.refused("b", 403, false);
        assertThat(lines).containsExactly("a {401=1} guessed", "b {403=1}");

        refusals.refused("a", 429, true);
        aMinutePasses();
        assertThat(lines).hasSize(3).endsWith("a {401=999, 429=1} guessed");

        aMinutePasses();
        aMinutePasses();
        assertThat(lines).hasSize(3);
        assertThat(later).isEmpty();
        refuse("a", 1);
        assertThat(lines).hasSize(4);
    }

    @Test
    void tellsNothingTwiceWithinAMinute() {
        refuse("a", 1);
        now.addAndGet(RefusalLog.MINUTE_NANOS / 2);
        refuse("b", 2);
        now.addAndGet(-RefusalLog.MINUTE_NANOS / 2);

        aMinutePasses();

        assertThat(lines).containsExactly("a {401=1} guessed", "b {401=1} guessed");
        aMinutePasses();
        assertThat(lines).endsWith("b {401=1} guessed").hasSize(3);
    }

    @Test
    void remembersAndTellsAboutABoundedNumberOfAddresses() {
        for (int i = 0; i < 10_000; i++) {
            refuse("address" + i, 2);
        }
        assertThat(lines).hasSize(RefusalLog.MOST + 1);

        aMinutePasses();

        assertThat(lines).hasSize(2 * (RefusalLog.MOST + 1))
                .contains("others {401=" + (2 * (10_000 - RefusalLog.MOST) - 1) + "} guessed");
    }

    @Test
    void leavesNothingUntoldAtItsEnd() {
        refuse("a", 3);

        refusals.close();

        assertThat(lines).containsExactly("a {401=1} guessed", "a {401=2} guessed");
        aMinutePasses();
        assertThat(later).isEmpty();
    }

    @Test
    void theGatekeeperTellsOfEachKindOfRefusal() {
        Gatekeeper gatekeeper = new Gatekeeper(Tokens.all(), new FailureLimit(2, now::get), refusals);

        refused(gatekeeper, null);
        refused(gatekeeper, "Bearer " + Tokens.of("viewer"));
        refused(gatekeeper, "Bearer my-secret");
        refused(gatekeeper, "Bearer my-secret");
        aMinutePasses();

        assertThat(lines).containsExactly("192.0.2.1 {401=1}", "192.0.2.1 {401=1, 403=1, 429=1} guessed");
    }

    private static void refused(Gatekeeper gatekeeper, @Nullable String authorization) {
        FakeContext request = new FakeContext();
        if (authorization != null) {
            request.header("Authorization", authorization);
        }
        assertThat(catchThrowable(
                () -> gatekeeper.admit(request.context, Role.ADMIN))).isInstanceOf(Refusal.class);
    }
}
