package io.slotgate.admin.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.slotgate.admin.http.Refusal;
import io.slotgate.admin.security.Actor;
import io.slotgate.admin.security.Role;
import io.slotgate.admin.settings.SettingsService.Setting;
import io.slotgate.admin.settings.SettingsService.State;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Who changes settings in tests, when, and how what came of it is read. */
final class SettingsFixture {
    static final Actor ALICE = new Actor("alice", Role.ADMIN, "127.0.0.1");
    static final Clock NOON = Clock.fixed(Instant.parse("2026-01-01T12:00:00Z"), ZoneOffset.UTC);

    private SettingsFixture() {}

    static Setting setting(State state, String name) {
        return state.settings().stream().filter(each -> each.name().equals(name)).findFirst().orElseThrow();
    }

    static Refusal refusal(ThrowingCallable call) {
        Refusal refused = catchThrowableOfType(Refusal.class, call);
        assertThat(refused).isNotNull();
        return refused;
    }
}
