package io.slotgate.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnitsTest {
    @ParameterizedTest
    @CsvSource({"0,0", "17,17", "1B,1", "64KiB,65536", "512MiB,536870912", "2 GiB,2147483648", "-1KiB,-1024"})
    void readsSizes(String text, long bytes) {
        assertThat(Units.parseSize(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "KiB", "1.5KiB", "1kb", "1KB", "0x10", "1KiB2", "99999999999999999999",
        "999999999999GiB"})
    void refusesWhatIsNoSize(String text) {
        assertThat(Units.parseSize(text)).isNull();
    }

    @ParameterizedTest
    @CsvSource({"0,0", "250ms,250", "10s,10000", "5m,300000", "1h,3600000", "7d,604800000"})
    void readsDurations(String text, long millis) {
        assertThat(Units.parseDuration(text)).isEqualTo(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10", "s", "1.5s", "10us", "10 seconds", "1S", "999999999999999999d"})
    void refusesWhatIsNoDuration(String text) {
        assertThat(Units.parseDuration(text)).isNull();
    }

    @Test
    void readsWhatItWrites() {
        Random random = new Random(7);
        for (int i = 0; i < 10_000; i++) {
            long value = random.nextLong() >>> random.nextInt(5, 64);
            assertThat(Units.parseSize(Units.size(value))).isEqualTo(value);
            Duration duration = Duration.ofMillis(value);
            assertThat(Units.parseDuration(Units.duration(duration))).isEqualTo(duration);
        }
    }

    @Test
    void quotesForOneLine() {
        assertThat(Units.quoted("a\nb\u001b[0m")).isEqualTo("'a?b?[0m'");
        assertThat(Units.quoted("x".repeat(100))).hasSize(63).endsWith("…'");
    }
}
