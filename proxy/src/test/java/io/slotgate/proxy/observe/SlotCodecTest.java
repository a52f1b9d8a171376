package io.slotgate.proxy.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slotgate.proxy.command.SlotHash;
import io.slotgate.topology.codec.MalformedMessageException;
import java.util.HexFormat;
import java.util.Random;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SlotCodecTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void readsWhatItWrote(long seed) throws MalformedMessageException {
        Random random = new Random(seed);
        SlotCounts counts = some(random, 1L << random.nextInt(50), seed % 2 == 0 ? 1 : 200);

        assertSame(SlotCodec.decode(SlotCodec.encode(counts)), counts);
    }

    @Test
    void tellsThatNothingIsCounted() throws MalformedMessageException {
        assertThat(SlotCodec.decode(SlotCodec.encode(HeatFigures.NONE.slots())).size()).isZero();
    }

    /** Proxies of two releases are one fleet while one replaces the other: this is what is on the wire. */
    @Test
    void keepsItsBytes() throws MalformedMessageException {
        long[] reads = new long[SlotHash.SLOTS];
        long[] writes = new long[SlotHash.SLOTS];
        reads[0] = 32;
        reads[1] = 16;
        reads[12182] = 16L << 40;
        writes[16383] = 48;
        SlotCounts counts = new SlotCounts(reads, writes);
        String hex = "011003020200925fffffffffff3f80808080804000e72000fe7f05";

        assertThat(HexFormat.of().formatHex(SlotCodec.encode(counts))).isEqualTo(hex);
        assertSame(SlotCodec.decode(HexFormat.of().parseHex(hex)), counts);
    }

    @Test
    void isShort() {
        // Nothing came; a few slots; a billion commands spread evenly, one of sixteen looked at; the worst.
        assertThat(SlotCodec.encode(counts(() -> 0))).hasSizeLessThan(16);
        assertThat(SlotCodec.encode(some(new Random(1), 1 << 20, 200))).hasSizeLessThan(2048);
        Random random = new Random(1);
        assertThat(SlotCodec.encode(counts(() -> 16 * Math.round(3800 + 62 * random.nextGaussian()))))
                .hasSizeLessThan(64 << 10);
        assertThat(SlotCodec.encode(counts(() -> random.nextLong(1L << 50)))).hasSizeLessThan(300 << 10);
    }

    /** Whatever comes: counts that can be written again as they were read, or a refusal. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void survivesAnyBytes(long seed) throws MalformedMessageException {
        Random random = new Random(seed);
        int understood = 0;
        for (int round = 0; round < 1_000; round++) {
            byte[] bytes = KeyFiguresTest.mutant(random, SlotCodec.encode(some(random, 1000, 2000)));
            SlotCounts counts;
            try {
                counts = SlotCodec.decode(bytes);
            } catch (MalformedMessageException refused) {
                continue;
            }
            understood++;
            assertSame(SlotCodec.decode(SlotCodec.encode(counts)), counts);
        }
        assertThat(understood).isPositive();
    }

    @Test
    void refusesWhatCanNotBe() {
        assertThatThrownBy(() -> SlotCodec.decode(new byte[]{2, 0})).hasMessageContaining("version");
        assertThatThrownBy(() -> SlotCodec.decode(new byte[]{1, 0, 0})).hasMessageContaining("too many");
        assertThatThrownBy(() -> SlotCodec.decode(new byte[]{1, 1, 2})).hasMessageContaining("slot 0: -1");
        assertThatThrownBy(() -> SlotCodec.decode(new byte[]{1, 1, 1, 1})).hasMessageContaining("early");
        assertThatThrownBy(() -> SlotCodec.decode(new byte[]{1, 1, 0, (byte) 0x80, (byte) 0x80, 1}))
                .hasMessageContaining("run: 16384");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void addsUpInAnyOrder(long seed) {
        Random random = new Random(seed);
        SlotCounts a = some(random, 1000, 3);
        SlotCounts b = some(random, 1000, 3);
        SlotCounts none = HeatFigures.NONE.slots();

        assertSame(a.plus(b), b.plus(a));
        assertSame(a.plus(b).plus(a), a.plus(b.plus(a)));
        assertSame(a.plus(none), a);
        assertSame(none.plus(a), a);
    }

    private static SlotCounts some(Random random, long most, int seldom) {
        return counts(() -> random.nextInt(seldom) == 0 ? random.nextLong(most) : 0);
    }

    private static SlotCounts counts(LongSupplier each) {
        return new SlotCounts(LongStream.generate(each).limit(SlotHash.SLOTS).toArray(),
                LongStream.generate(each).limit(SlotHash.SLOTS).toArray());
    }

    private static void assertSame(SlotCounts one, SlotCounts other) {
        assertThat(reads(one)).isEqualTo(reads(other));
        assertThat(writes(one)).isEqualTo(writes(other));
    }

    private static long[] reads(SlotCounts counts) {
        return IntStream.range(0, counts.size()).mapToLong(counts::reads).toArray();
    }

    private static long[] writes(SlotCounts counts) {
        return IntStream.range(0, counts.size()).mapToLong(counts::writes).toArray();
    }
}
