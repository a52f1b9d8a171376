package io.slotgate.proxy.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotgate.topology.model.HostPort;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SlotCursorTest {
    @Test
    void saysTheSameWhenItComesBackAndStaysBelowWhatJavaScriptCounts() {
        Random random = new Random(5);
        for (int i = 0; i < 10_000; i++) {
            SlotCursor slot = SlotCursor.at(random.nextInt(16_384));
            SlotCursor cursor = (random.nextBoolean() ? slot : slot.importer())
                    .within(new HostPort("10.0.0." + i % 250, 6379), random.nextLong(SlotCursor.LARGEST_INNER + 1));

            assertThat(SlotCursor.decoded(cursor.encoded())).isEqualTo(cursor);
            assertThat(cursor.encoded()).isBetween(0L, (1L << 53) - 1);
        }
    }

    @Test
    void beginsAndEndsWithZero() {
        assertThat(SlotCursor.decoded(0)).isEqualTo(SlotCursor.at(0));
        assertThat(SlotCursor.at(16_384).encoded()).isZero();
        assertThat(SlotCursor.at(16_384).done()).isTrue();
    }

    @Test
    void isOfTheNodeThatGaveIt() {
        HostPort node = new HostPort("127.0.0.1", 7000);
        assertThat(SlotCursor.at(3).isOf(node)).isTrue();
        SlotCursor within = SlotCursor.at(3).within(node, 7);
        assertThat(within.isOf(node)).isTrue();
        assertThat(within.isOf(new HostPort("127.0.0.1", 7001))).isFalse();
    }
}
