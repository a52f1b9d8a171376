package io.slotgate.topology.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ByteReaderTest {
    @ParameterizedTest
    @ValueSource(longs = {0, 1, 127, 128, 16_383, 16_384, Integer.MAX_VALUE, 1L << 56, Long.MAX_VALUE})
    void readsTheNumberThatWasWritten(long number) throws MalformedMessageException {
        ByteWriter out = new ByteWriter();
        out.number(number);
        out.fixed(-number);
        ByteReader in = new ByteReader(out.toBytes());

        assertThat(in.number(number, "n")).isEqualTo(number);
        assertThat(in.fixed()).isEqualTo(-number);
        in.end();
    }

    @Test
    void readsTextsThatWereWritten() throws MalformedMessageException {
        ByteWriter out = new ByteWriter();
        out.text("");
        out.text("two words, ключ");
        out.text("word");
        out.optional(null);
        out.optional("ключ");
        out.raw(new byte[]{1, -1});
        out.octet(-1);
        ByteReader in = new ByteReader(out.toBytes());

        assertThat(in.text(0, "t")).isEmpty();
        assertThat(in.text(99, "t")).isEqualTo("two words, ключ");
        assertThat(in.word(4, "t")).isEqualTo("word");
        assertThat(in.optionalWord(9, "t")).isNull();
        assertThat(in.optionalWord(9, "t")).isEqualTo("ключ");
        assertThat(in.raw(2)).containsExactly(1, -1);
        assertThat(in.octet()).isEqualTo(255);
        in.end();
    }

    @Test
    void refusesNumbersOutOfBounds() {
        assertRefused(() -> reader(5).number(4, "slot"), "slot: 5 (expected: 0..4)");
        assertRefused(() -> reader(2).only(1, "version"), "version: 2 (expected: 1)");
        assertRefused(() -> reader(0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 1).number(Long.MAX_VALUE, "n"),
                "n: more than 63 bits");
        assertRefused(() -> reader(0x80).number(9, "n"), "ends too early");
        assertRefused(() -> reader(4, 0, 0).count(9, "shards"), "shards: 4 (expected: 0..3)");
    }

    @Test
    void refusesWhatEndsTooEarlyOrTooLate() {
        assertRefused(() -> reader().octet(), "ends too early");
        assertRefused(() -> reader(1, 2, 3, 4, 5, 6, 7).fixed(), "ends too early");
        assertRefused(() -> reader(1, 2).raw(3), "ends too early");
        assertRefused(() -> reader(1, 2).end(), "2 bytes too many");
    }

    /** One rule for all of them, and for words a little more. */
    @Test
    void refusesTextsThatCanNotBe() {
        assertRefused(() -> text("abc").text(2, "key"), "key length: 3 (expected: 0..2)");
        assertRefused(() -> reader(3, 'a', 'b').text(9, "key"), "ends too early");
        assertRefused(() -> reader(1, 0xff).text(9, "key"), "key: not UTF-8");
        for (String control : new String[]{"\n", "a\0", "\u007f", "\u0085"}) {
            assertRefused(() -> text(control).text(9, "key"), "key: with control characters");
            assertRefused(() -> text(control).word(9, "zone"), "zone: with control characters");
        }
        assertRefused(() -> text("a b").word(9, "zone"), "zone: not one word");
        assertRefused(() -> text("a b").optionalWord(9, "zone"), "zone: not one word");
        assertRefused(() -> text("").word(9, "zone"), "zone: empty");
    }

    /** Whatever comes and whatever is asked for: what is within its bounds, or a refusal. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void survivesAnyBytes(long seed) {
        Random random = new Random(seed);
        int read = 0;
        for (int round = 0; round < 40_000; round++) {
            byte[] bytes = new byte[random.nextInt(40)];
            random.nextBytes(bytes);
            if (bytes.length > 0 && random.nextBoolean()) {
                bytes[0] = (byte) random.nextInt(bytes.length);
            }
            ByteReader in = new ByteReader(bytes);
            try {
                while (true) {
                    int before = in.remaining();
                    readSomething(in, random);
                    assertThat(in.remaining()).isBetween(0, before - 1);
                    read++;
                }
            } catch (MalformedMessageException refused) {
                assertThat(in.remaining()).isNotNegative();
            }
        }
        assertThat(read).isPositive();
    }

    private static void readSomething(ByteReader in, Random random) throws MalformedMessageException {
        int most = random.nextInt(300);
        switch (random.nextInt(7)) {
            case 0 -> assertThat(in.number(most, "n")).isBetween(0L, (long) most);
            case 1 -> assertThat(in.count(most, "n")).isBetween(0, most);
            case 2 -> in.fixed();
            case 3 -> assertThat(in.text(most, "t").getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(most);
            case 4 -> assertThat(in.word(most, "t")).isNotEmpty().doesNotContain(" ");
            case 5 -> in.raw(1 + most % 30);
            default -> assertThat(in.octet()).isBetween(0, 255);
        }
    }

    private static ByteReader text(String text) {
        ByteWriter out = new ByteWriter();
        out.text(text);
        return new ByteReader(out.toBytes());
    }

    private static ByteReader reader(int... octets) {
        byte[] bytes = new byte[octets.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) octets[i];
        }
        return new ByteReader(bytes);
    }

    private static void assertRefused(ThrowingCallable reading, String because) {
        assertThatThrownBy(reading).isInstanceOf(MalformedMessageException.class).hasMessage(because);
    }
}
