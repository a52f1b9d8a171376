package io.slotgate.proxy.resp;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Bytes as text, a char for each byte. */
final class TestBytes {
    private static final String PROTOCOL = "*$+-:_,#(!=;~>%|.?\r\n\r\n\r\n0123456789  \"'\\x\0\tab\u00ff";

    private TestBytes() {}

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    static List<String> arguments(RequestFrame frame) {
        List<String> arguments = new ArrayList<>();
        for (int i = 0; i < frame.argc(); i++) {
            arguments.add(frame.text(i));
        }
        return arguments;
    }

    /** Bytes that the protocol means something by, more often than others. */
    static byte[] garbage(Random random, int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = random.nextInt(8) == 0 ? (byte) random.nextInt(256) : protocolByte(random);
        }
        return bytes;
    }

    /** The bytes with a few of them changed, left out, doubled or cut off. */
    static byte[] damaged(Random random, byte[] bytes) {
        StringBuilder text = new StringBuilder(text(bytes));
        for (int i = 1 + random.nextInt(3); i > 0 && !text.isEmpty(); i--) {
            int at = random.nextInt(text.length());
            switch (random.nextInt(4)) {
                case 0 -> text.setCharAt(at, (char) (protocolByte(random) & 0xff));
                case 1 -> text.deleteCharAt(at);
                case 2 -> text.insert(at, (char) (protocolByte(random) & 0xff));
                default -> text.setLength(at);
            }
        }
        return bytes(text.toString());
    }

    private static byte protocolByte(Random random) {
        return (byte) PROTOCOL.charAt(random.nextInt(PROTOCOL.length()));
    }
}
