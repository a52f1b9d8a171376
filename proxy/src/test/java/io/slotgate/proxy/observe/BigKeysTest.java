package io.slotgate.proxy.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.slotgate.proxy.command.SlotHash;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class BigKeysTest {
    private final BigKeys keys = new BigKeys();

    @Test
    void keepsTheLargest() {
        for (int i = 0; i < 200; i++) {
            see("k" + i * 37 % 200, i * 37 % 200, 0);
        }

        assertThat(keys.snapshot()).hasSize(BigKeys.MOST).extracting(BigKey::bytes).allMatch(bytes -> bytes >= 136);
    }

    @Test
    void remembersOfEachKeyTheLargestAndWhenItWasLastSeen() {
        see("k", 100, 1);
        see("k", 300, 2);
        see("k", 200, 3);

        assertThat(keys.snapshot()).containsExactly(new BigKey("k", SlotHash.slot("k"), "get", 300, 3));
    }

    @Test
    void forgetsWhatWasNotSeenForAnHour() {
        see("old", 300, 0);
        see("new", 200, 2_000_000);

        keys.age(3_600_001);

        assertThat(keys.snapshot()).extracting(BigKey::key).containsExactly("new");
    }

    private void see(String key, long bytes, long now) {
        ByteBuf buffer = Unpooled.copiedBuffer(key, StandardCharsets.ISO_8859_1);
        keys.add(buffer, 0, buffer.readableBytes(), "get", bytes, now);
        buffer.release();
    }
}
