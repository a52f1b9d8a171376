package io.slotgate.proxy.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slotgate.topology.codec.MalformedMessageException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys of several proxies put together, and on their way from one to another. */
class KeyFiguresTest {
    private static final SlotCounts NO_SLOTS = new SlotCounts(new long[0], new long[0]);

    @Test
    void addsUpWhatProxiesSawOfAKey() {
        KeyFigures one = figures(3, new HotKey(1, "a", 5, 10, 8, 12), new HotKey(2, "b", 6, 5, 5, 5));
        KeyFigures other = figures(1, new HotKey(1, "a", 5, 20, 20, 20.5), new HotKey(3, "b", -1, 2, 1, 4));

        KeyFigures both = one.plus(other);

        // What reads alike need not be alike; and a proxy that does not name a key may have seen it nearly as often as those it names.
        assertThat(both.hotKeys()).containsExactly(new HotKey(1, "a", 5, 30, 28, 32.5),
                new HotKey(2, "b", 6, 5, 5, 6), new HotKey(3, "b", -1, 2, 1, 7));
        assertThat(both.unseen).isEqualTo(4000);
    }

    @Test
    void keepsTheLargestOfABigKey() {
        KeyFigures one = big(new BigKey("a", 5, "get", 100, 7), new BigKey("b", 6, "set", 50, 1));
        KeyFigures other = big(new BigKey("a", 5, "set", 90, 9), new BigKey("c", 7, "set", 60, 1));

        assertThat(one.plus(other).bigKeys()).containsExactly(new BigKey("a", 5, "get", 100, 9),
                new BigKey("c", 7, "set", 60, 1), new BigKey("b", 6, "set", 50, 1));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void comesToTheSameInAnyOrder(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 300; round++) {
            KeyFigures a = some(random);
            KeyFigures b = some(random);
            KeyFigures c = some(random);

            assertSame(a.plus(b), b.plus(a));
            assertSame(a.plus(b).plus(c), a.plus(b.plus(c)));
            assertSame(a.plus(KeyFigures.NONE), a);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void keepsItsBoundsWhateverProxiesDoNotTell(long seed) {
        Random random = new Random(seed);
        Map<Long, Long> exact = new HashMap<>();
        KeyFigures all = KeyFigures.NONE;
        for (int proxy = 0; proxy < 5; proxy++) {
            Map<Long, Long> here = new HashMap<>();
            for (int i = 0; i < 20_000; i++) {
                here.merge((long) random.nextInt(30) * random.nextInt(30), 1L, Long::sum);
            }
            here.forEach((key, count) -> exact.merge(key, count, Long::sum));
            List<HotKey> hottest = here.entrySet().stream()
                    .map(each -> new HotKey(each.getKey(), "k" + each.getKey(), 1, each.getValue(), each.getValue(),
                            each.getValue()))
                    .sorted(HeatFigures.BY_HEAT).toList();
            int told = HeatFigures.MOST_HOT;
            all = all.plus(KeyFigures.of(new HeatFigures(NO_SLOTS, hottest.subList(0, told), List.of(),
                    hottest.get(told).highest())));
        }

        assertThat(all.hotKeys()).hasSize(HeatFigures.MOST_HOT)
                .allSatisfy(key -> assertThat((double) exact.getOrDefault(key.print(), 0L)).isBetween(key.lowest(),
                        key.highest()));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void readsWhatItWrote(long seed) throws MalformedMessageException {
        Random random = new Random(seed);
        for (int round = 0; round < 300; round++) {
            KeyFigures figures = some(random);

            assertSame(KeyCodec.decode(KeyCodec.encode(figures)), figures);
        }
    }

    /** Proxies of two releases are one fleet while one replaces the other: this is what is on the wire. */
    @Test
    void keepsItsBytes() throws MalformedMessageException {
        KeyFigures figures = KeyFigures.of(new HeatFigures(NO_SLOTS, List.of(new HotKey(-2, "ключ", -1, 3.5, 3, 4)),
                List.of(new BigKey("", 16383, "get", 1 << 20, 1_800_000_000_000L),
                        new BigKey("\\xff... (5 more bytes)", 7, "json.get", 1, 2)),
                1.5));
        String hex = "01dc0b01fffffffffffffffe08d0bad0bbd18ed18700b817f403f4030200ff7f0367657480804080a0f1c2b13416"
                + "5c7866662e2e2e202835206d6f72652062797465732907086a736f6e2e6765740102";

        assertThat(HexFormat.of().formatHex(KeyCodec.encode(figures))).isEqualTo(hex);
        assertSame(KeyCodec.decode(HexFormat.of().parseHex(hex)), figures);
    }

    @Test
    void tellsTheHottestAndIsShort() throws MalformedMessageException {
        List<HotKey> hot = new ArrayList<>();
        List<BigKey> big = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            String key = "\\xff".repeat(KeySketch.KEPT_BYTES) + "... (" + i + " more bytes)";
            hot.add(new HotKey(i, key, -1, i, i, i));
            big.add(new BigKey(key, 1, "json.numincrby", i, 1_800_000_000_000L));
        }
        KeyFigures figures = KeyFigures.of(new HeatFigures(NO_SLOTS, hot, big, 0));

        byte[] bytes = KeyCodec.encode(figures);

        assertThat(bytes).hasSizeLessThan(128 << 10);
        assertThat(KeyCodec.decode(bytes).hotKeys()).isEqualTo(figures.hotKeys());
        assertThat(KeyCodec.decode(bytes).bigKeys()).isEqualTo(figures.bigKeys());
    }

    /** Whatever comes: figures that can be written again as they were read, or a refusal. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void survivesAnyBytes(long seed) throws MalformedMessageException {
        Random random = new Random(seed);
        int understood = 0;
        for (int round = 0; round < 8_000; round++) {
            byte[] bytes = mutant(random, KeyCodec.encode(some(random)));
            KeyFigures figures;
            try {
                figures = KeyCodec.decode(bytes);
            } catch (MalformedMessageException refused) {
                continue;
            }
            understood++;
            assertSame(KeyCodec.decode(KeyCodec.encode(figures)), figures);
        }
        assertThat(understood).isPositive();
    }

    @Test
    void refusesWhatCanNotBe() {
        byte[] twice = KeyCodec.encode(figures(0, new HotKey(1, "a", 5, 1, 1, 1), new HotKey(2, "a", 5, 1, 1, 1)));
        int secondPrint = twice.length - 16;
        twice[secondPrint + 7] = 1;
        assertThatThrownBy(() -> KeyCodec.decode(twice)).hasMessageContaining("once");
        assertThatThrownBy(() -> KeyCodec.decode(new byte[]{2, 0, 0, 0})).hasMessageContaining("version");
        assertThatThrownBy(() -> KeyCodec.decode(new byte[]{1, 0, 0, 0, 0})).hasMessageContaining("too many");
        assertThatThrownBy(() -> KeyCodec.decode(new byte[]{1, 0, 127})).hasMessageContaining("hot keys: 127");
        assertThatThrownBy(() -> KeyCodec.decode(new byte[]{1, 0, 1, 0})).hasMessageContaining("early");
        assertThatThrownBy(() -> KeyCodec.decode(new byte[]{1, 0, 0, 1, 1, '\n', 0, 1, 'g', 0, 0}))
                .hasMessageContaining("control");
    }

    static byte[] mutant(Random random, byte[] written) {
        byte[] bytes = written;
        switch (random.nextInt(4)) {
            case 0 -> bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length + 8));
            case 1 -> bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            case 2 -> {
                for (int flips = random.nextInt(6); flips > 0; flips--) {
                    bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
                }
            }
            default -> {
                bytes = new byte[1 + random.nextInt(64)];
                random.nextBytes(bytes);
                bytes[0] = 1;
            }
        }
        return bytes;
    }

    private static KeyFigures some(Random random) {
        List<HotKey> hot = new ArrayList<>();
        for (long print = 0; print < 20; print++) {
            if (random.nextBoolean()) {
                double lowest = random.nextInt(1000);
                double rate = lowest + random.nextInt(1000) / 8.0;
                hot.add(new HotKey(print, name(random, print), random.nextInt(100) - 1, rate, lowest,
                        rate + random.nextInt(10)));
            }
        }
        List<BigKey> big = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            if (random.nextBoolean()) {
                big.add(new BigKey("big" + i, random.nextInt(3), random.nextBoolean() ? "get" : "set",
                        1 + random.nextInt(3), random.nextInt(5)));
            }
        }
        return KeyFigures.of(new HeatFigures(NO_SLOTS, hot, big, random.nextInt(50)));
    }

    /** Seldom two keys have one print. */
    private static String name(Random random, long print) {
        byte[] ends = {'a', 'b'};
        return "ключ" + print + (random.nextInt(10) == 0
                ? new String(ends, random.nextInt(2), 1,
                        StandardCharsets.US_ASCII)
                : "");
    }

    private static KeyFigures figures(double unseen, HotKey... keys) {
        return KeyFigures.of(new HeatFigures(NO_SLOTS, List.of(keys), List.of(), unseen));
    }

    private static KeyFigures big(BigKey... keys) {
        return KeyFigures.of(new HeatFigures(NO_SLOTS, List.of(), List.of(keys), 0));
    }

    private static void assertSame(KeyFigures one, KeyFigures other) {
        assertThat(one.hot).isEqualTo(other.hot);
        assertThat(one.big).isEqualTo(other.big);
        assertThat(one.unseen).isEqualTo(other.unseen);
    }
}
