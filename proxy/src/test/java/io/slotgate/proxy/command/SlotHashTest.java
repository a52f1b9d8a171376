package io.slotgate.proxy.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SlotHashTest {
    @Test
    void everyRecordedKeyHasTheServersSlot() {
        List<String> lines = Recordings.lines(Recordings.SLOTS);
        for (String line : lines) {
            String[] columns = line.split(" ", -1);
            byte[] key = HexFormat.of().parseHex(columns[1]);
            int slot = Integer.parseInt(columns[0]);

            assertThat(SlotHash.slot(key)).as(line).isEqualTo(slot);
            assertThat(inBuffer(key, 0)).as(line).isEqualTo(slot);
            assertThat(inBuffer(key, 5)).as(line).isEqualTo(slot);
        }
        assertThat(lines).hasSizeGreaterThan(300);
    }

    @ParameterizedTest
    // 0x31C3 is the check value of the cluster specification, before the modulus.
    @CsvSource({"123456789, 12739", "'', 0", "foo, 12182", "'{user1000}.following', 3443",
        "'{user1000}.followers', 3443",
        "foo{}{bar}, 8363", "foo{{bar}}zap, 4015", "foo{bar}{zap}, 5061", "bar, 5061", "{bar, 4015"})
    void knownKeysHaveTheirSlots(String key, int slot) {
        assertThat(SlotHash.slot(key)).isEqualTo(slot);
    }

    @Test
    void textStandsForItsUtf8Bytes() {
        assertThat(SlotHash.slot("schl\u00fcssel"))
                .isEqualTo(SlotHash.slot("schl\u00fcssel".getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void bufferAndBytesAgreeOnRandomKeys() {
        Random random = new Random(7);
        for (int round = 0; round < 3_000; round++) {
            byte[] key = new byte[random.nextInt(60)];
            for (int i = 0; i < key.length; i++) {
                key[i] = (byte) (random.nextInt(8) == 0 ? "{}".charAt(random.nextInt(2)) : random.nextInt(256));
            }
            assertThat(inBuffer(key, random.nextInt(9))).isEqualTo(SlotHash.slot(key));
        }
    }

    /** The slot of a key in a direct buffer that ends where the key ends, behind bytes that must not count. */
    private static int inBuffer(byte[] key, int before) {
        ByteBuf buffer = Unpooled.directBuffer(before + key.length, before + key.length);
        try {
            for (int i = 0; i < before; i++) {
                buffer.writeByte('{');
            }
            buffer.writeBytes(key);
            return SlotHash.slot(buffer, before, key.length);
        } finally {
            buffer.release();
        }
    }
}
