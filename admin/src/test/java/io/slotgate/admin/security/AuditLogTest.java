package io.slotgate.admin.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class AuditLogTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    private final AuditLog audit = new AuditLog(Clock.fixed(NOON, ZoneOffset.UTC));
    private final Actor alice = new Actor("alice", Role.OPERATOR, "192.0.2.1");

    @Test
    void saysWhoDidWhatAndWhatCameOfIt() {
        audit.record(alice, "client kill", "5", null, null, "done");
        audit.record(alice, "settings change", "settings", "{a=1}", "{a=2}", "refused: no");

        assertThat(audit.entries()).containsExactly(
                new AuditLog.Entry(2, NOON, "alice", "operator", "192.0.2.1", "settings change", "settings", "{a=1}",
                        "{a=2}",
                        "refused: no"),
                new AuditLog.Entry(1, NOON, "alice", "operator", "192.0.2.1", "client kill", "5", null, null, "done"));
    }

    @Test
    void keepsTheLatest() {
        for (int i = 0; i < AuditLog.MOST + 3; i++) {
            audit.record(alice, "client kill", String.valueOf(i), null, null, "done");
        }

        assertThat(audit.entries()).hasSize(AuditLog.MOST);
        assertThat(audit.entries().getFirst().id()).isEqualTo(AuditLog.MOST + 3);
        assertThat(audit.entries().getLast().id()).isEqualTo(4);
    }
}
