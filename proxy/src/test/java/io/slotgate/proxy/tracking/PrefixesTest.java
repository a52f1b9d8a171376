package io.slotgate.proxy.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PrefixesTest {
    @Test
    void keepsNoPrefixOfAnother() {
        assertThat(Prefixes.of(List.of("user:1", "user:", "obj", "object", "a", "user:2")).sorted())
                .containsExactly("a", "obj", "user:");
        assertThat(Prefixes.of(List.of("a", "", "b"))).isEqualTo(Prefixes.ALL);
    }

    @Test
    void matchesTheSameKeysAsAllItWasMadeOf() {
        Random random = new Random(7);
        for (int round = 0; round < 500; round++) {
            List<String> prefixes = new ArrayList<>();
            for (int i = random.nextInt(6); i >= 0; i--) {
                prefixes.add(word(random));
            }
            Prefixes made = Prefixes.of(prefixes);
            for (int i = 0; i < 20; i++) {
                String key = word(random) + word(random);
                ByteBuf bytes = Unpooled.copiedBuffer("xx" + key, StandardCharsets.ISO_8859_1);
                assertThat(made.match(bytes, 2, key.length())).as("%s in %s", key, prefixes)
                        .isEqualTo(prefixes.stream().anyMatch(key::startsWith));
            }
            assertThat(prefixes.stream().allMatch(each -> made.covers(Prefixes.of(List.of(each))))).isTrue();
        }
    }

    private static String word(Random random) {
        StringBuilder word = new StringBuilder();
        for (int i = random.nextInt(4); i > 0; i--) {
            word.append(random.nextBoolean() ? 'a' : '\u00FF');
        }
        return word.toString();
    }

    @Test
    void wantsAllKeysWhereTooManyPrefixesWouldBeNeeded() {
        List<Prefixes> many = new ArrayList<>();
        for (int i = 0; i <= Prefixes.MOST; i++) {
            many.add(Prefixes.of(List.of(String.format("%04d", i))));
        }
        assertThat(Prefixes.union(many)).isEqualTo(Prefixes.ALL);
        assertThat(Prefixes.union(many.subList(1, many.size())).sorted()).hasSize(Prefixes.MOST);
        assertThat(Prefixes.union(List.of()).isEmpty()).isTrue();
    }

    @Test
    void coversWhatIsNarrower() {
        Prefixes users = Prefixes.of(List.of("user:"));
        assertThat(users.covers(Prefixes.of(List.of("user:1", "user:2")))).isTrue();
        assertThat(users.covers(Prefixes.of(List.of("user:1", "obj:")))).isFalse();
        assertThat(Prefixes.ALL.covers(users)).isTrue();
        assertThat(users.covers(Prefixes.ALL)).isFalse();
    }
}
