package io.slotgate.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotgate.deploy.dev.ServerKind;
import io.slotgate.proxy.command.SlotHash;
import io.slotgate.proxy.plane.SlotTags;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** SCAN sees every key that stays, wherever it goes meanwhile. */
@Timeout(180)
class ScanIT {
    private static final int SHARDS = 3;

    /** Whose tables name a slot in their cursors. */
    @Nested
    class OfValkey {
        @RegisterExtension
        static final ProxyFixture proxy = new ProxyFixture().cluster(cluster -> cluster.shards(SHARDS).replicas(0));

        @Test
        void seesEveryKeyOnceWhileNothingMovesAndAllThatStayWhileSlotsMove() throws Exception {
            seesAll(proxy);
        }
    }

    /** Of 7.0, which has a list of each slot's keys. */
    @Nested
    class OfRedis {
        @RegisterExtension
        static final ProxyFixture proxy = new ProxyFixture()
                .cluster(cluster -> cluster.server(ServerKind.REDIS).shards(SHARDS).replicas(0));

        @Test
        void seesEveryKeyOnceWhileNothingMovesAndAllThatStayWhileSlotsMove() throws Exception {
            seesAll(proxy);
        }

        @Test
        void matchesAsTheServerDoes() throws Exception {
            // Given: keys of the last slot, whose number is the cursor that leads to it
            Random random = new Random(11);
            String prefix = "{" + SlotTags.of(SlotHash.SLOTS - 1) + "}";
            try (Wire client = proxy.connect()) {
                client.call("FLUSHALL");
                for (int i = 0; i < 300; i++) {
                    client.call("SET", prefix + text(random, 1 + random.nextInt(5)), "v");
                }
                for (int i = 0; i < 300; i++) {
                    String pattern = prefix + text(random, 1 + random.nextInt(6));
                    @Nullable
                    Object keys = client.call("KEYS", pattern);
                    List<?> page = (List<?>) Objects.requireNonNull(
                            client.call("SCAN", Integer.toString(SlotHash.SLOTS - 1), "MATCH", pattern));

                    assertThat(page.get(0)).isEqualTo("0");
                    assertThat(new HashSet<Object>((List<?>) Objects.requireNonNull(page.get(1)))).as(pattern)
                            .isEqualTo(new HashSet<Object>((List<?>) Objects.requireNonNull(keys)));
                }
            }
        }
    }

    private static String text(Random random, int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append("abcab*?[]^-\\".charAt(random.nextInt(12)));
        }
        return text.toString();
    }

    private static void seesAll(ProxyFixture proxy) throws Exception {
        // Given
        Set<String> keys = new HashSet<>();
        List<Integer> slots = new ArrayList<>();
        for (int i = 0; i < 3000; i++) {
            keys.add("key:" + i);
        }
        for (int tag = 0; tag < 12; tag++) {
            slots.add(SlotHash.slot("full" + tag));
            for (int i = 0; i < 100; i++) {
                keys.add("{full" + tag + "}" + i);
            }
        }
        try (Wire client = proxy.connect(); SlotMover mover = new SlotMover(proxy.cluster(), SHARDS)) {
            client.call("FLUSHALL");
            for (String key : keys) {
                assertThat(client.call("SET", key, "v")).isEqualTo("OK");
            }
            assertThat(client.call("LPUSH", "a list", "v")).isEqualTo(1L);
            keys.add("a list");
            assertThat(scan(client)).doesNotHaveDuplicates().hasSameElementsAs(keys);
            assertThat(scan(client, "TYPE", "list")).containsExactly("a list");
            assertThat(scan(client, "MATCH", "{full3}*", "COUNT", "7")).doesNotHaveDuplicates().hasSize(100);
            assertThat(client.raw("SCAN", "0", "COUNT", "0")).isEqualTo("-ERR syntax error\r\n");
            assertThat(client.raw("SCAN", "0", "COUNT", "x"))
                    .isEqualTo("-ERR value is not an integer or out of range\r\n");
            assertThat(client.raw("SCAN", "x")).isEqualTo("-ERR invalid cursor\r\n");

            // When
            try (SlotShuffle shuffle = new SlotShuffle(proxy.cluster(), mover, SHARDS, slots)) {
                for (int i = 0; i < 4; i++) {
                    assertThat(new HashSet<>(scan(client, "COUNT", Integer.toString(20 + i * 100)))).isEqualTo(keys);
                }
            }
            assertThat(scan(client)).doesNotHaveDuplicates().hasSameElementsAs(keys);
        }
    }

    private static List<String> scan(Wire client, String... options) throws IOException {
        List<String> seen = new ArrayList<>();
        String cursor = "0";
        do {
            List<String> command = new ArrayList<>(List.of("SCAN", cursor));
            command.addAll(List.of(options));
            @Nullable
            Object reply = client.call(command.toArray(String[]::new));
            assertThat(reply).isInstanceOf(List.class);
            List<?> page = (List<?>) Objects.requireNonNull(reply);
            cursor = String.valueOf(page.get(0));
            assertThat(Long.parseLong(cursor)).isLessThan(1L << 53);
            for (Object key : (List<?>) page.get(1)) {
                seen.add(String.valueOf(key));
            }
        } while (!cursor.equals("0"));
        return seen;
    }
}
