package io.slotgate.proxy.command;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.slotgate.proxy.resp.RequestFrame;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Request frames from words. */
final class Frames {
    private Frames() {}

    /** A frame of the arguments, each char a byte, as a RESP array in a heap buffer with nothing before or behind it. */
    static RequestFrame of(List<String> args) {
        return of(Unpooled.buffer(), args);
    }

    /** A frame of the words of a line. */
    static RequestFrame of(String line) {
        return of(List.of(line.split(" ")));
    }

    /** A frame of the arguments, appended to a buffer. */
    static RequestFrame of(ByteBuf buffer, List<String> args) {
        int start = buffer.writerIndex();
        int[] offsets = new int[args.size()];
        write(buffer, "*" + args.size() + "\r\n");
        for (int i = 0; i < offsets.length; i++) {
            String arg = args.get(i);
            write(buffer, "$" + arg.length() + "\r\n");
            offsets[i] = buffer.writerIndex();
            write(buffer, arg + "\r\n");
        }
        RequestFrame frame = new RequestFrame().reset(buffer, start, buffer.writerIndex());
        for (int i = 0; i < offsets.length; i++) {
            frame.addArgument(offsets[i], args.get(i).length());
        }
        return frame;
    }

    private static void write(ByteBuf buffer, String text) {
        buffer.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
    }
}
