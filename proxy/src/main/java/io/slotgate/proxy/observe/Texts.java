package io.slotgate.proxy.observe;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Keys and arguments as text that people can read: what is no UTF-8, or no character to be shown, as {@code \xNN}. */
final class Texts {
    private Texts() {}

    /** At most {@code most} bytes of an argument; behind them, as in the server's slow log, how many more there are. */
    static String clipped(ByteBuf buffer, int offset, int length, int most) {
        byte[] bytes = new byte[Math.min(length, most)];
        buffer.getBytes(offset, bytes);
        return clipped(bytes, bytes.length, length);
    }

    /** As above, where {@code kept} bytes of {@code length} are here. */
    static String clipped(byte[] bytes, int kept, int length) {
        String text = readable(bytes, kept);
        return kept == length ? text : text + "... (" + (length - kept) + " more bytes)";
    }

    private static String readable(byte[] bytes, int length) {
        try {
            String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, length)).toString();
            if (text.chars().noneMatch(Character::isISOControl)) {
                return text;
            }
        } catch (CharacterCodingException notText) {
            // Shown byte by byte.
        }
        StringBuilder escaped = new StringBuilder();
        for (int i = 0; i < length; i++) {
            int b = bytes[i] & 0xFF;
            if (b >= ' ' && b < 0x7F) {
                escaped.append((char) b);
            } else {
                escaped.append(String.format("\\x%02x", b));
            }
        }
        return escaped.toString();
    }
}
