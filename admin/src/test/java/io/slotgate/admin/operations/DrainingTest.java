package io.slotgate.admin.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slotgate.admin.operations.Operation.Snapshot;
import io.slotgate.admin.operations.Operation.State;
import io.slotgate.admin.security.Actor;
import io.slotgate.admin.security.AuditLog;
import io.slotgate.admin.security.Role;
import io.slotgate.admin.view.FakeProxy;
import java.time.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DrainingTest {
    private static final Actor ALICE = new Actor("alice", Role.OPERATOR, "127.0.0.1");

    private final FakeProxy proxy = new FakeProxy();
    private final Operations operations = new Operations(Clock.systemUTC(), new AuditLog(Clock.systemUTC()));

    @AfterEach
    void end() {
        proxy.drained.countDown();
        operations.close();
    }

    private Operation draining() {
        Operation drain = operations.begin(ALICE, "drain", "this proxy", true,
                new Draining(proxy, Duration.ofSeconds(30)));
        await().until(() -> proxy.draining);
        return drain;
    }

    private Snapshot takenIn(@Nullable Operation drain) {
        return ended(operations.begin(ALICE, "undrain", "this proxy", false, new TakingIn(proxy, drain)));
    }

    private static Snapshot ended(Operation operation) {
        await().until(() -> !operation.running());
        return operation.snapshot();
    }

    @Test
    void cancelledTakesClientsInAgain() {
        Operation drain = draining();

        assertThat(drain.cancel()).isTrue();

        Snapshot ended = ended(drain);
        assertThat(ended.state()).isEqualTo(State.CANCELLED);
        assertThat(ended.steps()).extracting(Operation.Step::text).containsExactly(
                "21 connections; no further ones are taken in", "clients are taken in again; 21 had stayed");
        assertThat(proxy.draining).isFalse();
    }

    @Test
    void cancelledAmidTheEndOfTheProcessTakesNobodyIn() {
        Operation drain = draining();
        proxy.stopping = true;

        assertThat(drain.cancel()).isTrue();

        Snapshot ended = ended(drain);
        assertThat(ended.state()).isEqualTo(State.FAILED);
        assertThat(ended.outcome()).isEqualTo("the process was told to end: clients go, and none are taken in");
    }

    @Test
    void saysThatThePortIsGone() {
        Operation drain = draining();
        proxy.portTaken = true;

        assertThat(drain.cancel()).isTrue();

        assertThat(ended(drain).outcome()).isEqualTo(
                "no clients can be taken in: listen.client: can't listen on 127.0.0.1:6379: Address already in use");
    }

    @Test
    void takingInCancelsWhatGoesOn() {
        Operation drain = draining();

        Snapshot taken = takenIn(drain);

        assertThat(taken.state()).isEqualTo(State.DONE);
        assertThat(taken.steps()).extracting(Operation.Step::text).containsExactly("cancelling operation 1");
        assertThat(taken.outcome()).isEqualTo("clients are taken in again; 21 had stayed");
        assertThat(drain.snapshot().state()).isEqualTo(State.CANCELLED);
        assertThat(proxy.draining).isFalse();
    }

    @Test
    void takingInUndoesWhatHasEnded() {
        Operation drain = draining();
        proxy.drained.countDown();
        ended(drain);
        assertThat(proxy.draining).isTrue();

        assertThat(takenIn(null).state()).isEqualTo(State.DONE);

        assertThat(proxy.draining).isFalse();
    }
}
