package io.slotgate.admin.settings;

import static io.slotgate.admin.settings.SettingsFixture.ALICE;
import static io.slotgate.admin.settings.SettingsFixture.NOON;
import static io.slotgate.admin.settings.SettingsFixture.refusal;
import static io.slotgate.admin.settings.SettingsFixture.setting;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slotgate.admin.http.FieldProblem;
import io.slotgate.admin.http.Refusal;
import io.slotgate.admin.settings.SettingsService.Outcome;
import io.slotgate.admin.settings.SettingsService.Setting;
import io.slotgate.admin.settings.SettingsService.State;
import io.slotgate.admin.view.FakeProxy;
import io.slotgate.topology.fleet.agreed.Agreement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Changes of settings that nothing keeps: what they do, what is refused and what is told of them. */
@Timeout(60)
class SettingsServiceTest {
    private final FakeProxy proxy = new FakeProxy();
    private final FakeLevels levels = new FakeLevels();

    @Test
    void beginsWithWhatIsConfigured() {
        try (SettingsService settings = new SettingsService(proxy, levels, NOON)) {
            State state = settings.state();

            assertThat(state.version()).isZero();
            assertThat(state.applied()).isZero();
            assertThat(state.durable()).isFalse();
            assertThat(state.problem()).isNull();
            assertThat(state.settings()).isNotEmpty().allSatisfy(each -> {
                assertThat(each.changed()).isFalse();
                assertThat(each.value()).isEqualTo(each.configured());
                assertThat(each.expected()).isNotEmpty();
            });
            assertThat(settings.history()).isEmpty();
        }
    }

    @Test
    void appliesAChangeAndSaysWhoMadeIt() throws InterruptedException {
        try (SettingsService settings = new SettingsService(proxy, levels, NOON)) {
            Outcome outcome = settings.change(ALICE, null, Map.of("drain-timeout", "7000ms", "log.level", "debug"),
                    Set.of(),
                    false);

            assertThat(outcome).isEqualTo(new Outcome(1, false, Map.of("drain-timeout", "10s", "log.level", "info"),
                    Map.of("drain-timeout", "7s", "log.level", "debug")));
            assertThat(proxy.settings().drainTimeout()).isEqualTo(Duration.ofSeconds(7));
            assertThat(levels.level()).isEqualTo("debug");
            State state = settings.state();
            assertThat(state.version()).isEqualTo(1);
            assertThat(state.applied()).isEqualTo(1);
            assertThat(state.changedBy()).isEqualTo("alice");
            assertThat(state.changedAt()).isEqualTo("2026-01-01T12:00:00Z");
            assertThat(setting(state, "drain-timeout")).isEqualTo(new Setting("drain-timeout", "7s", "10s", true,
                    setting(state, "drain-timeout").expected()));
            assertThat(settings.history())
                    .containsExactly(new SettingsHistory.Version(1, "2026-01-01T12:00:00Z", "alice",
                            Map.of("drain-timeout", "7000ms", "log.level", "debug")));
        }
    }

    @Test
    void takesASettingBack() throws InterruptedException {
        try (SettingsService settings = new SettingsService(proxy, levels, NOON)) {
            settings.change(ALICE, null, Map.of("drain-timeout", "7s", "log.level", "debug"), Set.of(), false);

            Outcome outcome = settings.change(ALICE, 1L, Map.of(), Set.of("drain-timeout"), false);

            assertThat(outcome).isEqualTo(
                    new Outcome(2, false, Map.of("drain-timeout", "7s"), Map.of("drain-timeout", "10s")));
            assertThat(proxy.settings().drainTimeout()).isEqualTo(Duration.ofSeconds(10));
            assertThat(levels.level()).isEqualTo("debug");
        }
    }

    @Test
    void changesNothingInADryRun() throws InterruptedException {
        try (SettingsService settings = new SettingsService(proxy, levels, NOON)) {
            Outcome outcome = settings.change(ALICE, 0L, Map.of("drain-timeout", "7s"), Set.of(), true);

            assertThat(outcome).isEqualTo(
                    new Outcome(0, true, Map.of("drain-timeout", "10s"), Map.of("drain-timeout", "7s")));
            assertThat(proxy.settings().drainTimeout()).isEqualTo(Duration.ofSeconds(10));
            assertThat(settings.state().version()).isZero();
            assertThat(settings.history()).isEmpty();
        }
    }

    @Test
    void makesNoVersionOfAChangeThatChangesNothing() throws InterruptedException {
        try (SettingsService settings = new SettingsService(proxy, levels, NOON)) {
            settings.change(ALICE, null, Map.of("drain-timeout", "7s"), Set.of(), false);

            Outcome outcome = settings.change(ALICE, null, Map.of("drain-timeout", "7s"), Set.of("reads.policy"),
                    false);

            assertThat(outcome).isEqualTo(new Outcome(1, false, Map.of(), Map.of()));
        }
    }

    @Test
    void refusesAChangeThatWasMadeForAnotherVersion() throws InterruptedException {
        try (SettingsService settings = new SettingsService(proxy, levels, NOON)) {
            settings.change(ALICE, 0L, Map.of("drain-timeout", "7s"), Set.of(), false);

            Refusal refused = refusal(() -> settings.change(ALICE, 0L, Map.of("drain-timeout", "8s"), Set.of(), false));

            assertThat(refused.problem().status()).isEqualTo(409);
            assertThat(refused).hasMessage("the settings have been changed: version 1 stands by now");
            assertThat(proxy.settings().drainTimeout()).isEqualTo(Duration.ofSeconds(7));
        }
    }

    @Test
    void namesEverySettingThatIsWrongAndChangesNone() {
        try (SettingsService settings = new SettingsService(proxy, levels, NOON)) {
            Refusal refused = refusal(
                    () -> settings.change(ALICE, null, Map.of("drain-timeout", "soon", "log.level", "loud",
                            "limits.connections", "0", "nonsense", "1", "reads.policy", "primary"), Set.of(), false));

            assertThat(refused.problem().status()).isEqualTo(400);
            assertThat(refused.problem().errors()).extracting(FieldProblem::field)
                    .containsExactlyInAnyOrder("drain-timeout", "log.level", "limits.connections", "nonsense");
            assertThat(refused.problem().errors()).filteredOn(each -> each.field().equals("drain-timeout"))
                    .containsExactly(
                            new FieldProblem("drain-timeout", "'soon'", "a duration such as 250ms, 10s or 5m"));
            assertThat(settings.state().version()).isZero();
        }
    }

    @Test
    void setsBoundsThatDependOnEachOther() throws InterruptedException {
        try (SettingsService settings = new SettingsService(proxy, levels, NOON)) {
            settings.change(ALICE, null,
                    Map.of("limits.output-bytes", "8GiB", "limits.output-bytes-per-worker", "9GiB"),
                    Set.of(), false);
            settings.change(ALICE, null,
                    Map.of("limits.output-bytes", "2MiB", "limits.output-bytes-per-worker", "3MiB"),
                    Set.of(), false);

            assertThat(proxy.settings().limits().outputBytesPerWorker()).isEqualTo(3 << 20);
            assertThat(
                    refusal(() -> settings.change(ALICE, null, Map.of("limits.output-bytes", "4MiB"), Set.of(), false))
                            .problem().errors())
                    .extracting(FieldProblem::field)
                    .containsExactly("limits.output-bytes-per-worker");
        }
    }

    @Test
    void goesBackToAnEarlierVersion() throws InterruptedException {
        try (SettingsService settings = new SettingsService(proxy, levels, NOON)) {
            settings.change(ALICE, null, Map.of("drain-timeout", "7s"), Set.of(), false);
            settings.change(ALICE, null, Map.of("drain-timeout", "8s", "log.level", "warn"), Set.of(), false);

            Outcome dry = settings.rollBack(ALICE, 1, true);
            Outcome outcome = settings.rollBack(ALICE, 1, false);

            assertThat(dry.version()).isEqualTo(2);
            assertThat(outcome).isEqualTo(new Outcome(3, false, Map.of("drain-timeout", "8s", "log.level", "warn"),
                    Map.of("drain-timeout", "7s", "log.level", "info")));
            assertThat(levels.level()).isEqualTo("info");
            assertThat(settings.history()).extracting(SettingsHistory.Version::version).containsExactly(3L, 2L, 1L);
            assertThatThrownBy(() -> settings.rollBack(ALICE, 9, false)).hasMessage("no version of settings 9");
        }
    }

    @Test
    void goesBackToWhatIsConfigured() throws InterruptedException {
        try (SettingsService settings = new SettingsService(proxy, levels, NOON)) {
            settings.change(ALICE, null, Map.of("drain-timeout", "7s"), Set.of(), false);

            Outcome outcome = settings.rollBack(ALICE, 0, false);

            assertThat(outcome).isEqualTo(
                    new Outcome(2, false, Map.of("drain-timeout", "7s"), Map.of("drain-timeout", "10s")));
            assertThat(setting(settings.state(), "drain-timeout").changed()).isFalse();
        }
    }

    @Test
    void doesNotGoBackToWhatItIsToldLate() {
        ScriptedSettings agreed = new ScriptedSettings();
        Agreement first = new Agreement(1, Map.of("drain-timeout", "1s"));
        Agreement second = new Agreement(2, Map.of("drain-timeout", "2s"));
        agreed.current = second;
        proxy.agreed = agreed;
        try (SettingsService settings = new SettingsService(proxy, levels, NOON)) {
            agreed.tell(first);
            agreed.tell(second);

            assertThat(proxy.settings().drainTimeout()).isEqualTo(Duration.ofSeconds(2));
            assertThat(settings.history()).extracting(SettingsHistory.Version::version).containsExactly(2L);
        }
    }

    @Test
    void appliesNothingOnceItIsClosed() {
        ScriptedSettings agreed = new ScriptedSettings();
        proxy.agreed = agreed;
        SettingsService settings = new SettingsService(proxy, levels, NOON);

        settings.close();
        agreed.tell(new Agreement(1, Map.of("drain-timeout", "1s")));

        assertThat(proxy.settings().drainTimeout()).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void remembersTheLatestVersionsOnly() throws InterruptedException {
        try (SettingsService settings = new SettingsService(proxy, levels, NOON)) {
            for (int i = 1; i <= SettingsHistory.MOST + 5; i++) {
                settings.change(ALICE, null, Map.of("limits.connections", String.valueOf(i)), Set.of(), false);
            }

            List<SettingsHistory.Version> history = settings.history();
            assertThat(history).hasSize(SettingsHistory.MOST);
            assertThat(history.getFirst().version()).isEqualTo(SettingsHistory.MOST + 5);
            assertThat(history.getLast().version()).isEqualTo(6);
        }
    }
}
