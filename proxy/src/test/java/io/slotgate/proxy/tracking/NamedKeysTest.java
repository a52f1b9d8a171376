package io.slotgate.proxy.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class NamedKeysTest {
    private static final Pattern KEY = Pattern.compile("key-[0-9]+x*");

    private final List<String> said = new ArrayList<>();
    private final List<Integer> counts = new ArrayList<>();
    private int longest;

    private boolean tell(int keys, int padding) {
        Set<TrackedKey> tracked = new HashSet<>();
        for (int i = 0; i < keys; i++) {
            TrackedKey probe = new TrackedKey();
            probe.fill(("key-" + i + "x".repeat(padding)).getBytes(StandardCharsets.US_ASCII));
            tracked.add(probe.copy());
        }
        return NamedKeys.tell(UnpooledByteBufAllocator.DEFAULT, tracked, (invalidation, count) -> {
            String push = invalidation.push().toString(StandardCharsets.US_ASCII);
            assertThat(push).startsWith(">2\r\n$10\r\ninvalidate\r\n*" + count + "\r\n");
            for (Matcher key = KEY.matcher(push); key.find();) {
                said.add(key.group());
            }
            longest = Math.max(longest, push.length());
            counts.add(count);
            invalidation.release();
        });
    }

    @Test
    void eachKeyIsSaidOnce() {
        assertThat(tell(1000, 0)).isTrue();
        assertThat(counts).containsExactly(256, 256, 256, 232);
        assertThat(said).hasSize(1000).doesNotHaveDuplicates();
    }

    @Test
    void longKeysMakeShortMessages() {
        assertThat(tell(500, 2000)).isTrue();
        assertThat(said).hasSize(500).doesNotHaveDuplicates();
        assertThat(longest).isLessThan(20_000);
    }

    @Test
    void nothingIsSaidOfNothing() {
        assertThat(tell(0, 0)).isTrue();
        assertThat(counts).isEmpty();
    }

    @Test
    void tooManyAreNotSaid() {
        assertThat(tell(10_000, 0)).isTrue();
        assertThat(tell(10_001, 0)).isFalse();
        assertThat(tell(1001, 1050)).isFalse();
    }
}
