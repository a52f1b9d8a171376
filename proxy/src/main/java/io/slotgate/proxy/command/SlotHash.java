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
    private static final int BYTE_VALUES = 256;
    private static final long OPEN_BRACES = 0x7b7b7b7b7b7b7b7bL;

    /** At {@code k * 256 + b}: the sum of byte {@code b} with {@code k} zero bytes behind it, for eight bytes in one step. */
    private static final char[] CRC = table();

    private SlotHash() {}

    /**
     * The slot, 0..16383, of the key that is the {@code length} bytes of a buffer from the absolute index {@code offset} on.
     * Hot path: allocates nothing.
     */
    public static int slot(ByteBuf buffer, int offset, int length) {
        int crc = crc(buffer, offset, length, true);
        return (crc >= 0 ? crc : taggedCrc(buffer, offset, length)) & MASK;
    }

    /** The slot, 0..16383, of a key. */
    public static int slot(byte[] key) {
        int from = 0;
        int to = key.length;
        int open = indexOf(key, '{', 0);
        int close = open < 0 ? -1 : indexOf(key, '}', open + 1);
        if (close > open + 1) {
            from = open + 1;
            to = close;
        }
        int crc = 0;
        for (int i = from; i < to; i++) {
            crc = next(crc, key[i]);
        }
        return crc & MASK;
    }

    /** The slot, 0..16383, of a key given as text, which stands for its UTF-8 bytes. */
    public static int slot(String key) {
        return slot(key.getBytes(StandardCharsets.UTF_8));
    }

    private static int taggedCrc(ByteBuf buffer, int offset, int length) {
        int end = offset + length;
        int open = buffer.indexOf(offset, end, (byte) '{');
        int close = buffer.indexOf(open + 1, end, (byte) '}');
        return close > open + 1
                ? crc(buffer, open + 1, close - open - 1, false)
                : crc(buffer, offset, length, false);
    }

    /** The sum of some bytes; or, if there may be a tag and one of them is '{', -1. */
    private static int crc(ByteBuf buffer, int offset, int length, boolean tag) {
        int end = offset + length;
        int at = offset;
        int crc = 0;
        int odd = length & (Long.BYTES - 1);
        if (odd > 0) {
            // The odd bytes go first: zeros in front of them leave a sum of zero as it is.
            long word = odd(buffer, offset, odd);
            if (tag && hasOpenBrace(word)) {
                return -1;
            }
            crc = next(0, word);
            at += odd;
        }
        for (; at < end; at += Long.BYTES) {
            long word = buffer.getLong(at);
            if (tag && hasOpenBrace(word)) {
                return -1;
            }
            crc = next(crc, word);
        }
        return crc;
    }

    /** Less than eight bytes as the low end of a word, the last byte lowest. */
    private static long odd(ByteBuf buffer, int offset, int count) {
        if (offset + Long.BYTES <= buffer.capacity()) {
            // Reads what follows them in the buffer too, and shifts that out.
            return buffer.getLong(offset) >>> (Long.SIZE - count * Byte.SIZE);
        }
        long word = 0;
        for (int i = 0; i < count; i++) {
            word = word << Byte.SIZE | (buffer.getByte(offset + i) & 0xff);
        }
        return word;
    }

    private static boolean hasOpenBrace(long word) {
        long zeroWhereBrace = word ^ OPEN_BRACES;
        return (zeroWhereBrace - 0x0101010101010101L & ~zeroWhereBrace & 0x8080808080808080L) != 0;
    }

    private static int next(int crc, long word) {
        int first = crc ^ (int) (word >>> 48);
        int second = (int) (word >>> 32);
        int rest = (int) word;
        return CRC[7 * BYTE_VALUES + (first >>> 8)] ^ CRC[6 * BYTE_VALUES + (first & 0xff)]
                ^ CRC[5 * BYTE_VALUES + (second >>> 8 & 0xff)] ^ CRC[4 * BYTE_VALUES + (second & 0xff)]
                ^ CRC[3 * BYTE_VALUES + (rest >>> 24)] ^ CRC[2 * BYTE_VALUES + (rest >>> 16 & 0xff)]
                ^ CRC[BYTE_VALUES + (rest >>> 8 & 0xff)] ^ CRC[rest & 0xff];
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
        char[] table = new char[Long.BYTES * BYTE_VALUES];
        for (int i = 0; i < table.length; i++) {
            // Without zeros behind it: the byte itself. With: one zero more than in the row before.
            int crc = i < BYTE_VALUES ? i << 8 : table[i - BYTE_VALUES];
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 0x8000) != 0 ? crc << 1 ^ 0x1021 : crc << 1;
            }
            table[i] = (char) crc;
        }
        return table;
    }
}
