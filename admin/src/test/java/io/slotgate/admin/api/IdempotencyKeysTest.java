package io.slotgate.admin.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.slotgate.admin.Tokens;
import io.slotgate.admin.http.FakeContext;
import io.slotgate.admin.http.FieldProblem;
import io.slotgate.admin.http.Refusal;
import io.slotgate.admin.security.FailureLimit;
import io.slotgate.admin.security.Gatekeeper;
import io.slotgate.admin.security.RefusalLog;
import io.slotgate.admin.security.Role;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class IdempotencyKeysTest {
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
    private final IdempotencyKeys keys = new IdempotencyKeys(now::get);
    private final Gatekeeper gatekeeper = new Gatekeeper(Tokens.all(), new FailureLimit(10, now::get),
            RefusalLog.start());
    private final AtomicInteger done = new AtomicInteger();

    private FakeContext request(String key) {
        return request(key, "admin");
    }

    private FakeContext request(String key, String role) {
        FakeContext request = new FakeContext().header("Idempotency-Key", key)
                .header("Authorization", "Bearer " + Tokens.of(role));
        gatekeeper.admit(request.context, Role.VIEWER);
        return request;
    }

    /** What a resource does. */
    private FakeContext send(FakeContext request) throws Exception {
        keys.once(request.context,
                () -> request.context.status(202).header("Location", "/operations/" + done.incrementAndGet())
                        .contentType("application/json").result("{}"));
        return request;
    }

    private int refused(FakeContext request) {
        Refusal refusal = catchThrowableOfType(Refusal.class, () -> send(request));
        assertThat(refusal).isNotNull();
        return refusal.problem().status();
    }

    @Test
    void doesTheSameOnceAndAnswersItTwice() throws Exception {
        send(request("k"));

        FakeContext second = send(request("k"));

        assertThat(done).hasValue(1);
        assertThat(second.status).isEqualTo(202);
        assertThat(second.result).isEqualTo("{}");
        assertThat(second.type).isEqualTo("application/json");
        assertThat(second.answered).containsEntry("Location", "/operations/1");
    }

    @Test
    void tellsRequestsOfOthersAndToOtherPlacesApart() throws Exception {
        send(request("k"));
        send(request("k", "operator"));
        send(request("K"));
        FakeContext elsewhere = request("k");
        elsewhere.path = "/api/v1/topology/refresh";
        send(elsewhere);

        assertThat(done).hasValue(4);
    }

    @Test
    void refusesTheSameKeyForSomethingElse() throws Exception {
        send(request("k"));
        FakeContext other = request("k");
        other.body = "{\"timeout\":\"1s\"}";

        assertThat(refused(other)).isEqualTo(422);
        assertThat(done).hasValue(1);
    }

    @Test
    void letsWhatFailedBeTriedAgain() throws Exception {
        assertThatThrownBy(() -> keys.once(request("k").context, () -> {
            throw new Refusal(503, "not now", new FieldProblem("now", "no", "later"));
        })).hasMessage("not now");
        FakeContext problem = request("k");
        keys.once(problem.context, () -> problem.context.status(409));

        send(request("k"));

        assertThat(done).hasValue(1);
    }

    @Test
    void refusesASecondWhileTheFirstIsUnderWay() throws Exception {
        AtomicInteger status = new AtomicInteger();

        keys.once(request("k").context, () -> status.set(refused(request("k"))));

        assertThat(status).hasValue(409);
    }

    @Test
    void forgetsAfterAnHour() throws Exception {
        send(request("k"));
        now.addAndGet(TimeUnit.HOURS.toNanos(1));
        send(request("k"));
        assertThat(done).hasValue(1);

        now.addAndGet(1);
        send(request("k"));

        assertThat(done).hasValue(2);
    }

    @Test
    void forgetsTheEldestOfTooMany() throws Exception {
        send(request("first"));
        for (int i = 0; i < IdempotencyKeys.MOST - 1; i++) {
            send(request("k" + i));
        }
        send(request("first"));
        assertThat(done).hasValue(IdempotencyKeys.MOST);

        send(request("last"));
        send(request("first"));

        assertThat(done).hasValue(IdempotencyKeys.MOST + 2);
    }

    @Test
    void asksForNoKey() throws Exception {
        FakeContext request = request("k");
        request.headers.remove("Idempotency-Key");

        send(request);
        send(request);

        assertThat(done).hasValue(2);
    }

    @Test
    void refusesKeysThatAreEmptyOrTooLong() throws Exception {
        assertThat(refused(request(" "))).isEqualTo(400);
        assertThat(refused(request("k".repeat(IdempotencyKeys.LONGEST + 1)))).isEqualTo(400);

        send(request("k".repeat(IdempotencyKeys.LONGEST)));

        assertThat(done).hasValue(1);
    }
}
