package io.slotgate.deploy.operator;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextTest {
    @ParameterizedTest
    @CsvSource({"0, 0", "7, 7", "0.25, 0.25", "999, 999", "1000, 1.00k", "12345, 12.3k", "999499, 999k",
        "999600, 1.00M",
        "2e9, 2.00G"})
    void countsWithThreeDigits(double number, String text) {
        assertThat(Text.count(number)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"0, 0 B", "1023, 1023 B", "1024, 1.0 KiB", "1572864, 1.5 MiB"})
    void saysHowManyBytes(double number, String text) {
        assertThat(Text.bytes(number)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"59, 59s", "61, 1m1s", "3661, 1h1m", "90000, 1d1h"})
    void saysHowLong(long seconds, String text) {
        assertThat(Text.seconds(seconds)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"12, 12 us", "1500, 1.50 ms", "2500000, 2.50 s"})
    void saysHowShort(double micros, String text) {
        assertThat(Text.micros(micros)).isEqualTo(text);
    }

    @Test
    void letsNoClientControlTheTerminal() {
        assertThat(Text.safe("a\u001b[2Jb\n\u202ec\u009bd")).isEqualTo("a\\x1b[2Jb\\x0a\\u202ec\\x9bd");
        assertThat(Text.safe("größe")).isEqualTo("größe");
    }

    @Test
    void wrapsBetweenWords() {
        String text = "word ".repeat(40).strip();

        assertThat(Text.wrap("head  ", text)).hasSize(3)
                .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(Text.WIDTH))
                .first().asString().startsWith("head  word word");
        assertThat(String.join(" ", Text.wrap("", text))).isEqualTo(text);
    }

    @Test
    void leavesTimesItCannotReadAsTheyAre() {
        assertThat(Text.time("yesterday")).isEqualTo("yesterday");
    }
}
