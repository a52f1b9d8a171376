package io.slotgate.admin.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.slotgate.admin.Tokens;
import io.slotgate.admin.http.FakeContext;
import io.slotgate.admin.http.Refusal;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class GatekeeperTest {
    private static final int FAILURES = 10;

    private final AtomicLong now = new AtomicLong();
    private final Gatekeeper gatekeeper = new Gatekeeper(Tokens.all(), new FailureLimit(FAILURES, now::get),
            RefusalLog.start());

    private static FakeContext with(String authorization) {
        return new FakeContext().header("Authorization", authorization);
    }

    private int refused(FakeContext request, Role needed) {
        Refusal refusal = catchThrowableOfType(Refusal.class, () -> gatekeeper.admit(request.context, needed));
        assertThat(refusal).isNotNull();
        return refusal.problem().status();
    }

    @ParameterizedTest
    @EnumSource
    void knowsWhoHoldsAToken(Role role) {
        FakeContext request = with("Bearer " + Tokens.of(role.word()));

        Actor actor = gatekeeper.admit(request.context, Role.VIEWER);

        assertThat(actor).isEqualTo(new Actor("the-" + role.word(), role, "192.0.2.1"));
        assertThat(Gatekeeper.actor(request.context)).isEqualTo(actor);
    }

    @ParameterizedTest
    @CsvSource({"viewer, VIEWER, true", "viewer, OPERATOR, false", "viewer, ADMIN, false", "operator, VIEWER, true",
        "operator, OPERATOR, true", "operator, ADMIN, false", "admin, VIEWER, true", "admin, OPERATOR, true",
        "admin, ADMIN, true"})
    void letsNobodyDoMoreThanTheirRole(String role, Role needed, boolean allowed) {
        FakeContext request = with("bearer  " + Tokens.of(role) + " ");

        if (allowed) {
            assertThat(gatekeeper.admit(request.context, needed).role())
                    .isEqualTo(Role.valueOf(role.toUpperCase(java.util.Locale.ROOT)));
        } else {
            assertThat(refused(request, needed)).isEqualTo(403);
            assertThatThrownBy(() -> gatekeeper.admit(request.context, needed))
                    .hasMessage("role of the-" + role + ": " + role + " (expected: " + needed.word() + ")");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Bearer", "Bearer ", "Basic dG9rZW4tb2YtYWRtaW4=", "token-of-admin",
        "Bearer token-of-nobody",
        "Bearer token-of-admin token-of-admin", "Bearer TOKEN-OF-ADMIN", "Bearertoken-of-admin"})
    void refusesWhatIsNoTokenItKnows(String authorization) {
        FakeContext request = with(authorization);

        assertThat(refused(request, Role.VIEWER)).isEqualTo(401);
        assertThat(request.answered).containsEntry("WWW-Authenticate", "Bearer realm=\"slotgate\"");
        assertThatThrownBy(() -> Gatekeeper.actor(request.context)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void neverTakesTheDigestForTheToken() {
        assertThat(refused(with("Bearer " + Tokens.sha256(Tokens.of("admin"))), Role.VIEWER)).isEqualTo(401);
    }

    @Test
    void doesNotReadTokensLongerThanAnybodyWouldMake() {
        assertThat(refused(with("Bearer " + Tokens.of("admin") + " ".repeat(5000)), Role.VIEWER)).isEqualTo(401);
    }

    @Test
    void repeatsNoTokenInItsAnswer() {
        FakeContext request = with("Bearer my-secret");

        assertThatThrownBy(() -> gatekeeper.admit(request.context, Role.VIEWER)).hasMessage("the token is not known");
        assertThat(request.answered.toString()).doesNotContain("my-secret");
    }

    @Test
    void makesWaitWhoFailsTooOften() {
        for (int i = 0; i < FAILURES; i++) {
            assertThat(refused(with("Bearer guess" + i), Role.VIEWER)).isEqualTo(401);
        }

        // Whoever guessed right in between would not be told so.
        FakeContext right = with("Bearer " + Tokens.of("admin"));
        assertThat(refused(right, Role.VIEWER)).isEqualTo(429);
        assertThat(Long.parseLong(right.answered.get("Retry-After"))).isBetween(1L, 61L);
        FakeContext elsewhere = with("Bearer " + Tokens.of("admin"));
        elsewhere.address = "192.0.2.2";
        assertThat(gatekeeper.admit(elsewhere.context, Role.ADMIN).role()).isEqualTo(Role.ADMIN);
    }

    /** What a role lacks is no guess. */
    @Test
    void doesNotCountWhatARoleLacks() {
        for (int i = 0; i < 3 * FAILURES; i++) {
            assertThat(refused(with("Bearer " + Tokens.of("viewer")), Role.ADMIN)).isEqualTo(403);
        }
    }

    @Test
    void letsEverybodyDoEverythingWithoutTokens() {
        Gatekeeper open = new Gatekeeper(List.of(), new FailureLimit(FAILURES, now::get), RefusalLog.start());

        assertThat(open.asksForTokens()).isFalse();
        assertThat(gatekeeper.asksForTokens()).isTrue();
        assertThat(open.admit(new FakeContext().context, Role.ADMIN))
                .isEqualTo(new Actor("local", Role.ADMIN, "192.0.2.1"));
    }
}
