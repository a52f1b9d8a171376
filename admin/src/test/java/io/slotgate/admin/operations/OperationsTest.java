package io.slotgate.admin.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.slotgate.admin.http.Refusal;
import io.slotgate.admin.operations.Operation.Snapshot;
import io.slotgate.admin.operations.Operation.State;
import io.slotgate.admin.operations.Operations.Task;
import io.slotgate.admin.security.Actor;
import io.slotgate.admin.security.AuditLog;
import io.slotgate.admin.security.Role;
import java.time.Clock;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class OperationsTest {
    private static final Actor ALICE = new Actor("alice", Role.OPERATOR, "127.0.0.1");

    private final AuditLog audit = new AuditLog(Clock.systemUTC());
    private final Operations operations = new Operations(Clock.systemUTC(), audit);
    private final CountDownLatch gate = new CountDownLatch(1);
    private final Task waiting = progress -> {
        progress.accept("waiting");
        gate.await();
        return "through";
    };

    @AfterEach
    void end() {
        gate.countDown();
        operations.close();
    }

    private static Snapshot ended(Operation operation) {
        await().until(() -> !operation.running());
        return operation.snapshot();
    }

    @Test
    void tellsHowFarOneHasCome() {
        Operation operation = operations.begin(ALICE, "drain", "this proxy", true, waiting);
        await().until(() -> !operation.snapshot().steps().isEmpty());

        Snapshot running = operation.snapshot();

        assertThat(running.state()).isEqualTo(State.RUNNING);
        assertThat(running.by()).isEqualTo("alice");
        assertThat(running.cancellable()).isTrue();
        assertThat(running.ended()).isNull();
        assertThat(running.outcome()).isNull();
        assertThat(running.steps()).extracting(Operation.Step::text).containsExactly("waiting");
        assertThat(operations.find("1")).isSameAs(operation);
    }

    @Test
    void tellsWhatCameOfOne() {
        Operation operation = operations.begin(ALICE, "drain", "this proxy", true, waiting);
        gate.countDown();

        Snapshot done = ended(operation);

        assertThat(done.state()).isEqualTo(State.DONE);
        assertThat(done.outcome()).isEqualTo("through");
        assertThat(done.ended()).isAfterOrEqualTo(done.begun());
        assertThat(done.cancellable()).isFalse();
        await().untilAsserted(() -> assertThat(audit.entries()).hasSize(2).first().satisfies(entry -> {
            assertThat(entry.actor()).isEqualTo("alice");
            assertThat(entry.action()).isEqualTo("drain");
            assertThat(entry.after()).isEqualTo("through");
            assertThat(entry.outcome()).isEqualTo("done");
        }));
    }

    @Test
    void writesDownThatOneBegan() {
        operations.begin(ALICE, "drain", "this proxy", true, waiting);

        assertThat(audit.entries()).singleElement().satisfies(entry -> {
            assertThat(entry.actor()).isEqualTo("alice");
            assertThat(entry.action()).isEqualTo("drain");
            assertThat(entry.target()).isEqualTo("this proxy");
            assertThat(entry.outcome()).isEqualTo("begun: operation 1");
        });
    }

    @Test
    void writesDownWhatWasBefore() {
        ended(operations.begin(ALICE, "failover", "shard a", true, new Task() {
            @Override
            public String run(Consumer<String> progress) {
                return "another";
            }

            @Override
            public String before() {
                return "one";
            }
        }));

        await().untilAsserted(() -> assertThat(audit.entries()).hasSize(2).allMatch(
                entry -> "one".equals(entry.before())));
    }

    @Test
    void writesDownNothingOfOneThatMayNotBegin() {
        operations.begin(ALICE, "drain", "this proxy", true, waiting);

        assertThatThrownBy(() -> operations.begin(ALICE, "drain", "this proxy", true, waiting))
                .isInstanceOf(Refusal.class);

        assertThat(audit.entries()).hasSize(1);
    }

    @Test
    void endsWithTheApiWhatDoesNotOutliveIt() {
        Operation ending = operations.begin(ALICE, "failover", "shard a", true, waiting);
        Operation staying = operations.begin(ALICE, "drain", "this proxy", true, new Task() {
            @Override
            public String run(Consumer<String> progress) throws InterruptedException {
                gate.await();
                return "through";
            }

            @Override
            public boolean outlivesApi() {
                return true;
            }
        });

        operations.close();

        assertThat(ended(ending).state()).isEqualTo(State.CANCELLED);
        assertThat(operations.underWay("drain")).isSameAs(staying);
        assertThat(operations.underWay("failover")).isNull();
        gate.countDown();
        assertThat(ended(staying).state()).isEqualTo(State.DONE);
    }

    @Test
    void tellsWhyOneFailed() {
        Operation refused = operations.begin(ALICE, "a", "x", true, progress -> {
            throw new OperationFailedException("the node said no");
        });
        Operation defective = operations.begin(ALICE, "b", "x", true, progress -> {
            throw new IllegalStateException("an inner thing");
        });
        Operation broken = operations.begin(ALICE, "c", "x", true, progress -> {
            throw new NoClassDefFoundError("a class");
        });

        assertThat(ended(refused).state()).isEqualTo(State.FAILED);
        assertThat(ended(refused).outcome()).isEqualTo("the node said no");
        assertThat(ended(defective).state()).isEqualTo(State.FAILED);
        assertThat(ended(defective).outcome()).doesNotContain("inner");
        assertThat(ended(broken).state()).isEqualTo(State.FAILED);
    }

    @Test
    void cancelsWhatCanBeCancelled() {
        Operation operation = operations.begin(ALICE, "failover", "shard a", true, waiting);

        assertThat(operation.cancel()).isTrue();

        assertThat(ended(operation).state()).isEqualTo(State.CANCELLED);
        assertThat(operation.cancel()).isFalse();
    }

    @Test
    void leavesAloneWhatCannot() {
        Operation operation = operations.begin(ALICE, "drain", "this proxy", false, waiting);

        assertThat(operation.cancel()).isFalse();
        operations.close();

        assertThat(operation.running()).isTrue();
        assertThat(operation.snapshot().cancellable()).isFalse();
    }

    @Test
    void doesTheSameToTheSameOnlyOnceAtATime() {
        Operation first = operations.begin(ALICE, "failover", "shard a", true, waiting);
        operations.begin(ALICE, "failover", "shard b", true, waiting);
        operations.begin(ALICE, "drain", "shard a", true, waiting);

        assertThatThrownBy(() -> operations.begin(ALICE, "failover", "shard a", true, waiting))
                .hasMessage("failover of shard a is under way: operation 1");
        gate.countDown();
        ended(first);

        assertThat(operations.begin(ALICE, "failover", "shard a", true, waiting).id()).isEqualTo("4");
    }

    @Test
    void doesNotTooManyAtATime() {
        for (int i = 0; i < Operations.MOST_RUNNING; i++) {
            operations.begin(ALICE, "failover", "shard " + i, true, waiting);
        }

        Refusal refused = catchThrowableOfType(Refusal.class,
                () -> operations.begin(ALICE, "failover", "one more", true, waiting));

        assertThat(refused.problem().status()).isEqualTo(503);
        assertThat(operations.all()).hasSize(Operations.MOST_RUNNING);
    }

    @Test
    void remembersTheLatestAndThoseThatRun() {
        Operation running = operations.begin(ALICE, "drain", "this proxy", true, waiting);
        for (int i = 0; i < Operations.MOST_KEPT + 10; i++) {
            ended(operations.begin(ALICE, "failover", "shard", true, progress -> "done"));
        }

        assertThat(operations.all()).hasSize(Operations.MOST_KEPT);
        assertThat(operations.all().getFirst().id()).isEqualTo(String.valueOf(Operations.MOST_KEPT + 11));
        assertThat(operations.find(running.id()).running()).isTrue();
        assertThatThrownBy(() -> operations.find("2")).hasMessage("no operation 2");
    }

    @Test
    void keepsABoundOnSteps() {
        Operation operation = operations.begin(ALICE, "failover", "shard", true, progress -> {
            for (int i = 0; i < 1000; i++) {
                progress.accept("step " + i);
            }
            return "done";
        });

        assertThat(ended(operation).steps()).hasSize(100);
    }
}
