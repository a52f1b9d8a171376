package io.slotgate.proxy.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeySketchTest {
    private static final SlotCounts NO_SLOTS = new SlotCounts(new long[0], new long[0]);

    private static final long PRINT_OF_A = 6142113038406153589L;

    private final KeySketch sketch = new KeySketch(0);

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void findsWhatIsHotAmongManyAndKeepsItsBounds(long seed) {
        Random random = new Random(seed);
        KeySketch other = new KeySketch(0);
        Map<String, Integer> exact = new HashMap<>();
        for (int i = 0; i < 200_000; i++) {
            // Often enough even where several of them share a set, which nobody can foresee.
            String key = random.nextInt(2) == 0
                    ? "hot:" + random.nextInt(20)
                    : "cold:" + random.nextInt(1_000_000);
            exact.merge(key, 1, Integer::sum);
            add(random.nextBoolean() ? sketch : other, key);
        }

        List<HotKey> hot = merged(sketch, other);

        assertThat(hot.subList(0, 20)).extracting(HotKey::key).allMatch(key -> key.startsWith("hot:"));
        assertThat(hot).hasSize(128).allSatisfy(key -> {
            // All of it came within one second, by the sketch's clock.
            assertThat(key.lowest()).isLessThanOrEqualTo(exact.getOrDefault(key.key(), 0));
            assertThat(key.highest()).isGreaterThanOrEqualTo(exact.getOrDefault(key.key(), 0));
            assertThat(key.rate()).isBetween(key.lowest(), key.highest());
        });
    }

    @Test
    void tellsARateThatStaysTheSame() {
        long now = 0;
        for (int second = 1; second <= 95; second++) {
            for (int i = 0; i < 100; i++) {
                add(sketch, "steady");
            }
            now = TimeUnit.SECONDS.toNanos(second);
            sketch.age(now);

            // Halving rounds down, by less than one in each of the halvings.
            assertThat(sketch.snapshot(now, 16).keys().getFirst().rate()).isBetween(1590.0, 1600.0);
        }
    }

    @Test
    void forgetsWhatIsNotHotAnyMore() {
        for (int i = 0; i < 1000; i++) {
            add(sketch, "yesterday");
        }

        sketch.age(TimeUnit.SECONDS.toNanos(100));

        assertThat(sketch.snapshot(TimeUnit.SECONDS.toNanos(100), 1).keys()).isEmpty();
    }

    @Test
    void tellsLongKeysApartBehindWhatItKeeps() {
        String begin = "x".repeat(KeySketch.KEPT_BYTES);
        add(sketch, begin + "a");
        add(sketch, begin + "b");
        add(sketch, "\u0000\u00ff");

        assertThat(sketch.snapshot(0, 1).keys()).extracting(KeySketch.Counted::key)
                .containsExactlyInAnyOrder(begin + "... (1 more bytes)", begin + "... (1 more bytes)", "\\x00\\xff");
    }

    /** By this, proxies know a key of each other again, whether or not they keep all of it. */
    @Test
    void givesEachKeyAPrint() {
        String begin = "x".repeat(KeySketch.KEPT_BYTES);
        List<String> keys = List.of("a", "\\x00", "\u0000", begin, begin + "a", begin + "b");
        keys.forEach(key -> add(sketch, key));
        KeySketch other = new KeySketch(0);
        keys.reversed().forEach(key -> add(other, key));

        List<Long> prints = sketch.snapshot(0, 1).keys().stream().map(KeySketch.Counted::print).toList();

        assertThat(prints).doesNotHaveDuplicates().hasSize(keys.size()).containsExactlyInAnyOrderElementsOf(
                other.snapshot(0, 1).keys().stream().map(KeySketch.Counted::print).toList());
        // What it is must stay the same from version to version.
        assertThat(prints).contains(PRINT_OF_A);
    }

    @Test
    void saysHowOftenAKeyMayHaveComeThatItDoesNotTell() {
        for (int i = 0; i < 100_000; i++) {
            add(sketch, "k" + i % 1000);
        }

        HeatFigures figures = HeatFigures.merge(
                List.of(new WorkerHeat(NO_SLOTS, sketch.snapshot(TimeUnit.SECONDS.toNanos(1), 1), List.of())));

        // Each came a hundred times.
        assertThat(figures.unseen()).isGreaterThanOrEqualTo(100);
        assertThat(HeatFigures.merge(List.of()).unseen()).isZero();
    }

    private static List<HotKey> merged(KeySketch... sketches) {
        return HeatFigures.merge(List.of(sketches).stream()
                .map(each -> new WorkerHeat(NO_SLOTS, each.snapshot(TimeUnit.SECONDS.toNanos(1), 1), List.of()))
                .toList()).hotKeys();
    }

    private static void add(KeySketch sketch, String key) {
        ByteBuf bytes = Unpooled.copiedBuffer(key, StandardCharsets.ISO_8859_1);
        sketch.add(bytes, 0, bytes.readableBytes());
        bytes.release();
    }
}
