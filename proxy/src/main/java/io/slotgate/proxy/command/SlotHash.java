package io.slotgate.proxy.command;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/**
 * The hash slot of a key: CRC16 (XMODEM: polynomial 0x1021, initial value 0) of the key, or of its hash tag, modulo 16384. The
 * hash tag is what stands between the first '{' and the first '}' behind it, if that is not empty.
 *
 * @see <a href="https://valkey.io/topics/cluster-spec/">Cluster specification, section Hash tags</a>
 */
public final class SlotHash {
    /** Number of slots. */
    public static final int SLOTS = 16384;

    private static final int MASK = SLOTS - 1;
    private static final char[] CRC = table();

    private SlotHash() {}

    /**
     * The slot, 0..16383, of the key that is the {@code length} bytes of a buffer from the absolute index {@code offset} on.
     * Hot path: allocates nothing.
     */
    public static int slot(ByteBuf buffer, int offset, int length) {
        int end = offset + length;
        int crc = 0;
        // One pass for the many keys without a tag: the sum is thrown away when a tag turns up.
        for (int at = offset; at < end; at++) {
            byte b = buffer.getByte(at);
            if (b == '{') {
                int close = buffer.indexOf(at + 1, end, (byte) '}');
                if (close > at + 1) {
                    return crc(buffer, at + 1, close, 0) & MASK;
                }
                return crc(buffer, at, end, crc) & MASK;
            }
            crc = next(crc, b);
        }
        return crc & MASK;
    }

    /** The slot, 0..16383, of a key. */
    public static int slot(byte[] key) {
        int start = 0;
        int end = key.length;
        int open = indexOf(key, '{', 0);
        if (open >= 0) {
            int close = indexOf(key, '}', open + 1);
            if (close > open + 1) {
                start = open + 1;
                end = close;
            }
        }
        int crc = 0;
        for (int i = start; i < end; i++) {
            crc = next(crc, key[i]);
        }
        return crc & MASK;
    }

    /** The slot, 0..16383, of a key given as text, which stands for its UTF-8 bytes. */
    public static int slot(String key) {
        return slot(key.getBytes(StandardCharsets.UTF_8));
    }

    private static int crc(ByteBuf buffer, int from, int to, int initial) {
        int crc = initial;
        for (int at = from; at < to; at++) {
            crc = next(crc, buffer.getByte(at));
        }
        return crc;
    }

    private static int next(int crc, byte b) {
        return (crc << 8 & 0xffff) ^ CRC[(crc >>> 8 ^ b) & 0xff];
    }

    private static int indexOf(byte[] key, char wanted, int from) {
        for (int i = from; i < key.length; i++) {
            if (key[i] == wanted) {
                return i;
            }
        }
        return -1;
    }

    private static char[] table() {
        char[] table = new char[256];
        for (int value = 0; value < 256; value++) {
            int crc = value << 8;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 0x8000) != 0 ? crc << 1 ^ 0x1021 : crc << 1;
            }
            table[value] = (char) crc;
        }
        return table;
    }
}
