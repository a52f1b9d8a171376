package io.slotgate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slotgate.deploy.dev.ServerKind;
import io.slotgate.proxy.command.SlotHash;
import io.slotgate.proxy.metrics.Metric;
import io.slotgate.proxy.plane.SlotTags;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Slots move, full of keys and under load, and no client notices. */
@Timeout(240)
class ReshardIT {
    private static final int SHARDS = 3;
    private static final int MOVED = 500;
    private static final int KEYS_AT_A_TIME = 100;

    @Nested
    class OfValkey {
        @RegisterExtension
        static final ProxyFixture proxy = new ProxyFixture().cluster(cluster -> cluster.shards(SHARDS).replicas(0));

        @Test
        void fiveHundredSlotsMoveUnderLoad() throws Exception {
            moveUnderLoad(proxy, MOVED);
        }

        @Test
        void pipelinesKeepTheirOrderWhileTheirSlotMovesToAndFro() throws Exception {
            keepOrder(proxy);
        }
    }

    @Nested
    class OfRedis {
        @RegisterExtension
        static final ProxyFixture proxy = new ProxyFixture()
                .cluster(cluster -> cluster.server(ServerKind.REDIS).shards(SHARDS).replicas(0));

        @Test
        void slotsMoveUnderLoad() throws Exception {
            moveUnderLoad(proxy, MOVED / 5);
        }
    }

    private static void moveUnderLoad(ProxyFixture proxy, int slots) throws Exception {
        // Given: the slots that move are those of the load's keys.
        List<ReshardLoad> loads = new ArrayList<>();
        for (int client = 0; client < 4; client++) {
            loads.add(new ReshardLoad(proxy, client, client % 2 == 0 ? 2 : 3, keysOnMovingSlots(client, slots)));
        }
        loads.forEach(ReshardLoad::start);
        try (SlotMover mover = new SlotMover(proxy.cluster(), SHARDS)) {
            for (ReshardLoad load : loads) {
                load.awaitRounds(1);
            }

            // When: the first is half-way until a command was sent after its key, however quick the machine is.
            mover.begin(movingSlot(0, slots), 0, 1);
            await().atMost(ProxyFixture.PATIENCE).until(() -> {
                mover.moveKeys(movingSlot(0, slots), 0, 1, KEYS_AT_A_TIME);
                return proxy.metric(Metric.ASK) > 0;
            });
            for (int i = 0; i < slots; i++) {
                mover.move(movingSlot(i, slots), 0, 1 + i % 2);
            }
            for (ReshardLoad load : loads) {
                load.awaitRounds(1);
            }
        } finally {
            loads.forEach(ReshardLoad::stop);
        }

        // Then
        for (ReshardLoad load : loads) {
            load.finish();
        }
        assertThat(proxy.metric(Metric.MOVED)).as("MOVED followed").isPositive();
        assertThat(proxy.metric(Metric.ASK)).as("ASK followed").isPositive();
        assertThat(proxy.metric(Metric.UNCERTAIN)).isZero();
        try (Wire client = proxy.connect()) {
            long expected = loads.stream().mapToLong(ReshardLoad::keysLeft).sum();
            assertThat(client.call("DBSIZE")).isEqualTo(expected);
            assertThat((List<?>) client.call("KEYS", "*")).hasSize((int) expected);
        }
    }

    /** The i-th slot that moves, all of them the first primary's. */
    private static int movingSlot(int i, int slots) {
        return i * (16_384 / SHARDS / slots);
    }

    /** A hash tag for each slot that moves. */
    private static List<String> keysOnMovingSlots(int client, int slots) {
        List<String> tags = new ArrayList<>();
        for (int i = 0; i < slots; i++) {
            tags.add("c" + client + "{" + SlotTags.of(movingSlot(i, slots)) + "}");
        }
        return tags;
    }

    /**
     * One key, deep pipelines on it, and its slot going to and fro: every reply tells its place in the order. A pipeline meets
     * one move at a time: what is sent to a node can't be called back if the slot has left and come again meanwhile.
     */
    private static void keepOrder(ProxyFixture proxy) throws Exception {
        int slot = SlotHash.slot("order");
        int owner = proxy.cluster().nodes().indexOf(proxy.cluster().owner(slot));
        int other = (owner + 1) % SHARDS;
        Random random = new Random(3);
        AtomicLong pipelines = new AtomicLong();
        try (Wire client = proxy.connect(); SlotMover mover = new SlotMover(proxy.cluster(), SHARDS)) {
            Thread moving = Thread.ofPlatform().start(() -> {
                try {
                    for (int i = 0; i < 40; i++) {
                        // The next pipeline may have begun before the last move was over, and the one after that has met it.
                        long begun = pipelines.get();
                        await().atMost(ProxyFixture.PATIENCE).until(() -> pipelines.get() > begun + 1);
                        mover.move(slot, i % 2 == 0 ? owner : other, i % 2 == 0 ? other : owner);
                    }
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            long count = 0;
            while (moving.isAlive()) {
                int depth = 1 + random.nextInt(100);
                for (int i = 0; i < depth; i++) {
                    client.send("INCR", "order");
                    client.send("SET", "{order}copy", "after " + (count + i));
                    client.send("GET", "{order}copy");
                }
                for (int i = 0; i < depth; i++) {
                    assertThat(client.read()).isEqualTo(count + i + 1);
                    assertThat(client.read()).isEqualTo("OK");
                    assertThat(client.read()).isEqualTo("after " + (count + i));
                }
                count += depth;
                pipelines.incrementAndGet();
            }
            moving.join();
            assertThat(client.call("GET", "order")).isEqualTo(Long.toString(count));
            assertThat(client.call("DEL", "order", "{order}copy")).isEqualTo(2L);
        }
    }
}
