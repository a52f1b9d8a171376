package io.slotgate.proxy.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a real server says of the same is in the integration tests. */
class KeyPatternTest {
    @ParameterizedTest
    @CsvSource(delimiter = ' ', value = {
        "* a true", "a* a true", "*a a true", "a*b a false", "a*b ab true", "a*b*c aXbYbZc true", "a*b*c aXbYbZ false",
        "? a true", "? ab false", "?? ab true", "[ab] b true", "[ab] c false", "[^ab] c true", "[^ab] a false",
        "[a-c] b true", "[c-a] b true", "[a-c] d false", "[a- - true", "[a\\]] ] true", "[] a false", "[^] a true",
        "[ab b true", "[ a false", "[^ a true", "\\* * true", "\\* a false", "\\ \\ true", "a\\ a\\ true",
        "a** a true"})
    void matches(String pattern, String key, boolean expected) {
        assertThat(matches(pattern, key)).isEqualTo(expected);
    }

    @Test
    void anEmptyKeyIsLikeAnEmptyPatternAndAStar() {
        assertThat(matches("", "")).isTrue();
        assertThat(matches("*", "")).isTrue();
        assertThat(matches("**", "")).isFalse();
        assertThat(matches("", "a")).isFalse();
    }

    @Test
    @Timeout(20)
    void manyStarsTakeNoLongTime() {
        assertThat(matches("a*".repeat(10_000) + "b", "a".repeat(20_000))).isFalse();
    }

    @Test
    void neverLooksOutsideOfPatternAndKey() {
        Random random = new Random(3);
        for (int i = 0; i < 100_000; i++) {
            String key = text(random);
            ByteBuf around = Unpooled.copiedBuffer("*" + key + "*", StandardCharsets.ISO_8859_1);
            String pattern = text(random);
            KeyPattern matcher = new KeyPattern(pattern.getBytes(StandardCharsets.ISO_8859_1));

            assertThat(matcher.matches(around, 1, key.length())).as("%s %s", pattern, key)
                    .isEqualTo(matches(pattern, key));
        }
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        for (int length = random.nextInt(7); length > 0; length--) {
            text.append("abc*?[]^-\\".charAt(random.nextInt(10)));
        }
        return text.toString();
    }

    private static boolean matches(String pattern, String key) {
        ByteBuf buffer = Unpooled.copiedBuffer(key, StandardCharsets.ISO_8859_1);
        return new KeyPattern(pattern.getBytes(StandardCharsets.ISO_8859_1)).matches(buffer, 0, key.length());
    }
}
