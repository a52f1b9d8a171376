package io.slotgate.proxy.facade;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.slotgate.proxy.resp.RequestFrame;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Commands as bytes and as scanned frames; text is ISO 8859-1, a char a byte. */
final class Frames {
    private Frames() {}

    static String encode(List<String> command) {
        StringBuilder bytes = new StringBuilder("*" + command.size() + "\r\n");
        for (String argument : command) {
            bytes.append('$').append(argument.length()).append("\r\n").append(argument).append("\r\n");
        }
        return bytes.toString();
    }

    /** A frame in the middle of a buffer, as commands of a pipeline are. */
    static RequestFrame frame(String... command) {
        String before = "+what was before\r\n";
        String bytes = encode(List.of(command));
        ByteBuf buffer = Unpooled.copiedBuffer(before + bytes + "+what comes after\r\n", StandardCharsets.ISO_8859_1);
        RequestFrame frame = new RequestFrame().reset(buffer, before.length(), before.length() + bytes.length());
        int at = before.length() + ("*" + command.length + "\r\n").length();
        for (String argument : command) {
            at += ("$" + argument.length() + "\r\n").length();
            frame.addArgument(at, argument.length());
            at += argument.length() + 2;
        }
        return frame;
    }
}
