package io.slotgate.admin.settings;

import static io.slotgate.admin.settings.SettingsFixture.ALICE;
import static io.slotgate.admin.settings.SettingsFixture.NOON;
import static io.slotgate.admin.settings.SettingsFixture.refusal;
import static io.slotgate.admin.settings.SettingsFixture.setting;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slotgate.admin.http.Refusal;
import io.slotgate.admin.settings.SettingsService.State;
import io.slotgate.topology.fleet.agreed.Change;
import io.slotgate.topology.fleet.agreed.LocalSettings;
import io.slotgate.topology.fleet.agreed.TransientSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Settings in a folder: they and their history survive a restart, and so does what another version of the software has set. */
@Timeout(60)
class KeptSettingsTest {
    @TempDir
    Path folder;

    private final FakeLevels levels = new FakeLevels();

    /** As after a newer version of the software, in the same fleet, has set what we have never heard of. */
    private static void setByAnother(LocalSettings local) throws InterruptedException {
        Map<String, String> put = new HashMap<>(
                Map.of("future.thing", "1", "reads.policy", "sideways", "drain-timeout", "7s"));
        try {
            local.propose(local.current().version(), new Change(put, Set.of())).get();
        } catch (ExecutionException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void hasSettingsAndTheirHistoryAfterARestart() throws IOException, InterruptedException {
        try (LocalSettings local = new LocalSettings(folder);
                SettingsService settings = new SettingsService(new KeepingProxy(folder, local), levels, NOON)) {
            assertThat(settings.state().durable()).isTrue();
            settings.change(ALICE, null, Map.of("drain-timeout", "7s", "log.level", "trace"), Set.of(), false);
            await().untilAsserted(() -> assertThat(settings.history()).hasSize(1));
        }
        levels.level("info");

        try (LocalSettings local = new LocalSettings(folder)) {
            KeepingProxy restarted = new KeepingProxy(folder, local);
            try (SettingsService settings = new SettingsService(restarted, levels, NOON)) {
                assertThat(restarted.settings().drainTimeout()).isEqualTo(Duration.ofSeconds(7));
                assertThat(restarted.version).isEqualTo(1);
                assertThat(levels.level()).isEqualTo("trace");
                assertThat(settings.state().changedBy()).isEqualTo("alice");
                assertThat(settings.history()).extracting(SettingsHistory.Version::version).containsExactly(1L);
                settings.change(ALICE, 1L, Map.of(), Set.of("drain-timeout", "log.level"), false);
                await().untilAsserted(() -> assertThat(levels.level()).isEqualTo("info"));
            }
        }
    }

    /** As when a proxy that was alone comes into a fleet, whose agreement begins at 1, with the folder it had. */
    @Test
    void goesBackToTheLatestOfTwoVersionsWithOneNumber() throws IOException, InterruptedException {
        try (LocalSettings local = new LocalSettings(folder);
                SettingsService settings = new SettingsService(new KeepingProxy(folder, local), levels, NOON)) {
            settings.change(ALICE, null, Map.of("drain-timeout", "1s"), Set.of(), false);
            settings.change(ALICE, null, Map.of("drain-timeout", "2s"), Set.of(), false);
            await().untilAsserted(() -> assertThat(settings.history()).hasSize(2));
        }

        try (SettingsService settings = new SettingsService(new KeepingProxy(folder, new TransientSettings()), levels,
                NOON)) {
            settings.change(ALICE, null, Map.of("drain-timeout", "3s"), Set.of(), false);
            settings.change(ALICE, null, Map.of("drain-timeout", "4s"), Set.of(), false);

            assertThat(settings.history()).extracting(SettingsHistory.Version::version).containsExactly(2L, 1L);
            assertThat(settings.rollBack(ALICE, 1, false).after()).containsEntry("drain-timeout", "3s");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"[null]", "[{\"version\":"})
    void beginsAnewIfTheHistoryCannotBeRead(String history) throws IOException {
        Files.writeString(folder.resolve("settings-history.json"), history);

        try (LocalSettings local = new LocalSettings(folder);
                SettingsService settings = new SettingsService(new KeepingProxy(folder, local), levels, NOON)) {
            assertThat(settings.history()).isEmpty();
        }
    }

    @Test
    void appliesWhatItKnowsAndSaysWhatItDoesNot() throws IOException, InterruptedException {
        try (LocalSettings local = new LocalSettings(folder)) {
            setByAnother(local);
            KeepingProxy one = new KeepingProxy(folder, local);
            try (SettingsService settings = new SettingsService(one, levels, NOON)) {
                State state = settings.state();

                assertThat(one.settings().drainTimeout()).isEqualTo(Duration.ofSeconds(7));
                assertThat(state.version()).isEqualTo(1);
                assertThat(state.problem())
                        .startsWith("version 1: future.thing: not known to this version; reads.policy: ");
                assertThat(setting(state, "reads.policy").value())
                        .isEqualTo(setting(state, "reads.policy").configured());
                // So the fleet sees who lags.
                assertThat(one.version).isZero();
                assertThat(state.applied()).isEqualTo(-1);
            }
        }
    }

    @Test
    void leavesToOthersWhatItDoesNotKnow() throws IOException, InterruptedException {
        try (LocalSettings local = new LocalSettings(folder)) {
            setByAnother(local);
            KeepingProxy one = new KeepingProxy(folder, local);
            try (SettingsService settings = new SettingsService(one, levels, NOON)) {
                settings.change(ALICE, 1L, Map.of("drain-timeout", "8s"), Set.of(), false);

                await().untilAsserted(
                        () -> assertThat(one.settings().drainTimeout()).isEqualTo(Duration.ofSeconds(8)));
                assertThat(local.current().values()).containsEntry("future.thing", "1")
                        .containsEntry("reads.policy", "sideways");
            }
        }
    }

    @Test
    void canTakeAwayWhatItDoesNotKnow() throws IOException, InterruptedException {
        try (LocalSettings local = new LocalSettings(folder)) {
            setByAnother(local);
            KeepingProxy one = new KeepingProxy(folder, local);
            try (SettingsService settings = new SettingsService(one, levels, NOON)) {
                settings.change(ALICE, null, Map.of("reads.policy", "primary"), Set.of("future.thing"), false);

                await().untilAsserted(() -> assertThat(settings.state().applied()).isEqualTo(2));
                assertThat(settings.state().problem()).isNull();
                assertThat(one.version).isEqualTo(2);
                assertThat(local.current().values()).doesNotContainKey("future.thing");
            }
        }
    }

    @Test
    void saysThatAChangeCouldNotBeWritten() throws IOException {
        Path gone = folder.resolve("gone");
        try (LocalSettings local = new LocalSettings(gone);
                SettingsService settings = new SettingsService(new KeepingProxy(folder, local), levels, NOON)) {
            Files.delete(gone);

            Refusal refused = refusal(
                    () -> settings.change(ALICE, null, Map.of("drain-timeout", "7s"), Set.of(), false));

            assertThat(refused.problem().status()).isEqualTo(503);
            assertThat(refused).hasMessageStartingWith("not agreed: ");
            assertThat(settings.state().version()).isZero();
        }
    }
}
