package io.slotgate.proxy.resp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;

/** Writes replies, in the form that the session's protocol has for them; where RESP2 lacks a type, as the server would. */
public final class ReplyWriter {
    private static final int CRLF = 0x0D0A;

    private ReplyWriter() {}

    public static void simple(ByteBuf out, String text) {
        out.writeByte('+');
        ByteBufUtil.writeAscii(out, text);
        out.writeShort(CRLF);
    }

    /**
     * Writes {@code -text}: the code first, as in {@code ERR unknown command}. The text may quote what a client sent, as
     * {@link RequestFrame#text} gives it: a char is a byte, and line ends become spaces.
     */
    public static void error(ByteBuf out, String text) {
        out.writeByte('-');
        out.writeCharSequence(text.replace('\r', ' ').replace('\n', ' '), StandardCharsets.ISO_8859_1);
        out.writeShort(CRLF);
    }

    public static void integer(ByteBuf out, long value) {
        out.writeByte(':');
        decimal(out, value);
        out.writeShort(CRLF);
    }

    public static void bulk(ByteBuf out, String text) {
        bulk(out, text.getBytes(StandardCharsets.UTF_8));
    }

    public static void bulk(ByteBuf out, byte[] bytes) {
        header(out, '$', bytes.length);
        out.writeBytes(bytes).writeShort(CRLF);
    }

    /** Writes {@code length} bytes of {@code source} from the absolute index {@code offset} as a bulk string. */
    public static void bulk(ByteBuf out, ByteBuf source, int offset, int length) {
        header(out, '$', length);
        out.writeBytes(source, offset, length).writeShort(CRLF);
    }

    /** Text for people: a verbatim string in RESP3. */
    public static void text(ByteBuf out, String text, int protocol) {
        if (protocol < 3) {
            bulk(out, text);
            return;
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        header(out, '=', bytes.length + 4L);
        ByteBufUtil.writeAscii(out, "txt:");
        out.writeBytes(bytes).writeShort(CRLF);
    }

    public static void array(ByteBuf out, long elements) {
        header(out, '*', elements);
    }

    /** Begins a map of {@code entries} pairs: a flat array in RESP2. */
    public static void map(ByteBuf out, long entries, int protocol) {
        header(out, protocol < 3 ? '*' : '%', protocol < 3 ? entries * 2 : entries);
    }

    /** Begins a set: an array in RESP2. */
    public static void set(ByteBuf out, long elements, int protocol) {
        header(out, protocol < 3 ? '*' : '~', elements);
    }

    /** The null of a value that could be a string. */
    public static void nil(ByteBuf out, int protocol) {
        ByteBufUtil.writeAscii(out, protocol < 3 ? "$-1\r\n" : "_\r\n");
    }

    /** The null of a value that could be an array. */
    public static void nilArray(ByteBuf out, int protocol) {
        ByteBufUtil.writeAscii(out, protocol < 3 ? "*-1\r\n" : "_\r\n");
    }

    private static void header(ByteBuf out, char type, long count) {
        out.writeByte(type);
        decimal(out, count);
        out.writeShort(CRLF);
    }

    /** Writes a number in decimal digits, without making a string of it. */
    public static void decimal(ByteBuf out, long value) {
        if (value < 0) {
            if (value == Long.MIN_VALUE) {
                ByteBufUtil.writeAscii(out, "-9223372036854775808");
                return;
            }
            out.writeByte('-');
            value = -value;
        }
        int digits = 1;
        for (long rest = value; rest >= 10; rest /= 10) {
            digits++;
        }
        int start = out.writerIndex();
        out.ensureWritable(digits);
        for (int i = start + digits - 1; i >= start; i--) {
            out.setByte(i, (int) ('0' + value % 10));
            value /= 10;
        }
        out.writerIndex(start + digits);
    }
}
