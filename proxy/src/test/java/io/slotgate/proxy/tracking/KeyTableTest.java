package io.slotgate.proxy.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class KeyTableTest {
    private final KeyTable table = new KeyTable(50, 1L << 20);
    private final TrackedKey probe = new TrackedKey();
    private final List<Enrolment> sessions = IntStream.range(0, 4)
            .mapToObj(i -> new Enrolment(invalidation -> {})).toList();

    private TrackedKey key(int i) {
        probe.fill(("key" + i).getBytes(StandardCharsets.UTF_8));
        return probe;
    }

    @Test
    void holdsWhatASimpleMapWouldHold() {
        Random random = new Random(3);
        Map<Integer, Set<Enrolment>> model = new LinkedHashMap<>();
        for (int step = 0; step < 20_000; step++) {
            int number = random.nextInt(12);
            Enrolment session = sessions.get(random.nextInt(4));
            Set<Enrolment> known = model.computeIfAbsent(number, each -> new HashSet<>());
            switch (random.nextInt(8)) {
                case 0 -> {
                    Watchers taken = table.take(key(number));
                    Set<Enrolment> found = new HashSet<>();
                    if (taken != null) {
                        taken.forEach(found::add);
                    }
                    assertThat(found).isEqualTo(known);
                    known.clear();
                }
                case 1, 2 -> {
                    table.remove(key(number), session);
                    known.remove(session);
                }
                default -> {
                    if (known.add(session)) {
                        table.add(key(number), session);
                    }
                }
            }
            assertThat(table.entries()).isEqualTo(model.values().stream().mapToInt(Set::size).sum());
        }
        for (int number = 0; number < 12; number++) {
            for (Enrolment session : sessions) {
                table.remove(key(number), session);
            }
        }
        assertThat(table.entries()).isZero();
        assertThat(table.bytes()).isZero();
        assertThat(table.eldest()).isNull();
    }

    @Test
    void isFullByNumberAndByBytes() {
        for (int i = 0; i < 50; i++) {
            assertThat(table.full(10)).isFalse();
            table.add(key(i), sessions.getFirst());
        }
        assertThat(table.full(10)).isTrue();
        assertThat(table.eldest()).isEqualTo(key(0));
        table.clear();
        assertThat(table.full(2 << 20)).as("there is room for one key of any length").isFalse();
        table.add(key(1), sessions.getFirst());
        assertThat(table.full(2 << 20)).isTrue();
    }
}
