package io.slotgate.proxy.facade;

import io.netty.buffer.ByteBuf;
import io.slotgate.proxy.resp.RequestFrame;
import java.nio.charset.StandardCharsets;

/** Replies that are the same every time, as bytes, and errors that quote a client's own bytes. */
final class Replies {
    static final byte[] OK = bytes("+OK\r\n");
    static final byte[] PONG = bytes("+PONG\r\n");
    static final byte[] RESET = bytes("+RESET\r\n");
    static final byte[] SYNTAX_ERROR = bytes("-ERR syntax error\r\n");

    private Replies() {}

    /** A whole reply of ASCII. */
    static byte[] bytes(String reply) {
        return reply.getBytes(StandardCharsets.US_ASCII);
    }

    /** Writes {@code before}, the argument as the client sent it, {@code after} and the line's end. */
    static void errorQuoting(ByteBuf out, String before, RequestFrame frame, int argument, String after) {
        out.writeCharSequence(before, StandardCharsets.US_ASCII);
        quote(out, frame, argument, Integer.MAX_VALUE);
        out.writeCharSequence(after, StandardCharsets.US_ASCII);
        out.writeShort(0x0D0A);
    }

    /**
     * Writes an argument into an error's line as the server's {@code printf("%.*s")} does: at most {@code most} bytes, none
     * from a zero byte on, line ends as spaces.
     *
     * @return number of bytes written
     */
    static int quote(ByteBuf out, RequestFrame frame, int argument, int most) {
        int offset = frame.offset(argument);
        int length = Math.min(frame.length(argument), most);
        for (int i = 0; i < length; i++) {
            byte b = frame.buffer().getByte(offset + i);
            if (b == 0) {
                return i;
            }
            out.writeByte(b == '\r' || b == '\n' ? ' ' : b);
        }
        return length;
    }
}
