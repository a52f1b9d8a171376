package io.slotgate.proxy.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class KeyPositionsTest {
    @Test
    void growsAndGivesRoomBack() {
        KeyPositions keys = new KeyPositions();
        for (int i = 1; i <= 10_000; i++) {
            keys.add(i);
        }

        assertThat(keys.count()).isEqualTo(10_000);
        assertThat(keys.toArray()).isEqualTo(IntStream.rangeClosed(1, 10_000).toArray());

        keys.trim();
        assertThat(keys.count()).isZero();
        keys.add(3);
        assertThat(keys.get(0)).isEqualTo(3);
        keys.clear();
        assertThat(keys).hasToString("[]");
    }
}
