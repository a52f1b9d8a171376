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
            HostPort node = new HostPort("10.0.0." + i % 250, 6379);
            long inner = random.nextLong(SlotCursor.LARGEST_INNER + 1);
            SlotCursor cursor = random.nextBoolean()
                    ? slot.within(node, inner)
                    : slot.importer(node, new HostPort("10.0.0.251", 6379), i).withinImporter(inner);

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
    void isNeverTakenForOneOfAWalkOverNodes() {
        Random random = new Random(6);
        for (int i = 0; i < 10_000; i++) {
            SlotCursor bySlot = SlotCursor.at(random.nextInt(16_384)).within(new HostPort("10.0.0.1", 1 + i),
                    random.nextLong(SlotCursor.LARGEST_INNER + 1));
            NodeCursor byNode = new NodeCursor(random.nextInt(1024), random.nextLong(NodeCursor.LARGEST_OF_NODE + 1));

            assertThat(NodeCursor.decoded(bySlot.encoded())).isNull();
            assertThat(NodeCursor.decoded(byNode.encoded())).isEqualTo(byNode);
            assertThat(byNode.encoded()).isBetween(0L, (1L << 53) - 1);
        }
    }

    @Test
    void isOfTheNodeThatGaveIt() {
        HostPort node = new HostPort("127.0.0.1", 7000);
        assertThat(SlotCursor.at(3).isOf(node)).isTrue();
        SlotCursor within = SlotCursor.at(3).within(node, 7);
        assertThat(within.isOf(node)).isTrue();
        assertThat(within.isOf(new HostPort("127.0.0.1", 7001))).isFalse();
    }

    @Test
    void atTheImporterItIsOfOneMoveOnly() {
        HostPort owner = new HostPort("127.0.0.1", 7000);
        HostPort importer = new HostPort("127.0.0.1", 7001);
        SlotCursor cursor = SlotCursor.at(3).importer(owner, importer, 5);

        assertThat(cursor.isOf(owner, importer, 5)).isTrue();
        assertThat(cursor.withinImporter(9).isOf(owner, importer, 5)).isTrue();
        assertThat(cursor.withinImporter(9).outside()).isEqualTo(cursor);
        assertThat(cursor.isOf(importer, owner, 5)).isFalse();
        assertThat(cursor.isOf(owner, new HostPort("127.0.0.1", 7002), 5)).isFalse();
        assertThat(cursor.isOf(owner, importer, 6)).isFalse();
    }
}
