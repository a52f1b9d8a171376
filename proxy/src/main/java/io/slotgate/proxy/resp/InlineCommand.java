package io.slotgate.proxy.resp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of a command typed as a line: split at white space, with {@code "…"} (and its escapes {@code \n \r \t
 * \b \a \xHH}) and {@code '…'} (only {@code \'}) as the server's {@code sdssplitargs} reads them. Rare, so it may
 * allocate.
 *
 * @see <a href="https://valkey.io/topics/protocol/#inline-commands">Inline commands</a>
 */
final class InlineCommand {
    private final List<byte[]> arguments;

    private InlineCommand(List<byte[]> arguments) {
        this.arguments = arguments;
    }

    /** The line's arguments, or null if its quotes don't match or a closing quote is followed by more than a space. */
    static @Nullable InlineCommand parse(ByteBuf buffer, int from, int to) {
        List<byte[]> arguments = new ArrayList<>();
        int at = from;
        while (true) {
            while (at < to && isSpace(buffer.getByte(at))) {
                at++;
            }
            if (at == to) {
                return new InlineCommand(arguments);
            }
            var argument = new ByteArrayOutputStream();
            at = readArgument(buffer, at, to, argument);
            if (at < 0) {
                return null;
            }
            arguments.add(argument.toByteArray());
        }
    }

    boolean isEmpty() {
        return arguments.isEmpty();
    }

    int size() {
        return arguments.size();
    }

    /** Writes the command in the RESP form into a new buffer and lets {@code frame} describe it. */
    void writeAsFrame(ByteBufAllocator allocator, RequestFrame frame) {
        int size = 16;
        for (byte[] argument : arguments) {
            size += argument.length + 16;
        }
        ByteBuf out = allocator.directBuffer(size);
        frame.reset(out, 0, 0);
        out.writeByte('*');
        writeNumber(out, arguments.size());
        for (byte[] argument : arguments) {
            out.writeByte('$');
            writeNumber(out, argument.length);
            frame.addArgument(out.writerIndex(), argument.length);
            out.writeBytes(argument).writeShort(0x0D0A);
        }
        frame.end(out.writerIndex());
    }

    private static void writeNumber(ByteBuf out, int number) {
        out.writeCharSequence(Integer.toString(number), StandardCharsets.US_ASCII);
        out.writeShort(0x0D0A);
    }

    /** Returns where the argument ended, or -1 if it never does. */
    private static int readArgument(ByteBuf buffer, int from, int to, ByteArrayOutputStream argument) {
        int at = from;
        while (at < to) {
            byte b = buffer.getByte(at);
            if (endsWord(b)) {
                return at;
            }
            if (b == '"' || b == '\'') {
                int behind = b == '"'
                        ? readDoubleQuoted(buffer, at + 1, to, argument)
                        : readSingleQuoted(buffer, at + 1, to, argument);
                boolean closedBeforeMore = behind >= 0 && behind < to && !isSpace(buffer.getByte(behind));
                return closedBeforeMore ? -1 : behind;
            }
            argument.write(b);
            at++;
        }
        return at;
    }

    private static int readDoubleQuoted(ByteBuf buffer, int from, int to, ByteArrayOutputStream argument) {
        int at = from;
        while (at < to) {
            byte b = buffer.getByte(at++);
            if (b == '"') {
                return at;
            }
            if (b != '\\' || at == to) {
                argument.write(b);
                continue;
            }
            if (buffer.getByte(at) == 'x' && at + 2 < to && hex(buffer, at + 1) >= 0 && hex(buffer, at + 2) >= 0) {
                argument.write(hex(buffer, at + 1) << 4 | hex(buffer, at + 2));
                at += 3;
            } else {
                argument.write(unescape(buffer.getByte(at++)));
            }
        }
        return -1;
    }

    private static int readSingleQuoted(ByteBuf buffer, int from, int to, ByteArrayOutputStream argument) {
        int at = from;
        while (at < to) {
            byte b = buffer.getByte(at++);
            if (b == '\'') {
                return at;
            }
            if (b == '\\' && at < to && buffer.getByte(at) == '\'') {
                argument.write('\'');
                at++;
            } else {
                argument.write(b);
            }
        }
        return -1;
    }

    private static int unescape(byte b) {
        return switch (b) {
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'b' -> '\b';
            case 'a' -> 7;
            default -> b;
        };
    }

    private static int hex(ByteBuf buffer, int at) {
        return Character.digit(buffer.getByte(at), 16);
    }

    private static boolean isSpace(byte b) {
        return b == ' ' || (b >= '\t' && b <= '\r');
    }

    /** Vertical tabs and form feeds are skipped in front of a word but belong to it within: so does the server. */
    private static boolean endsWord(byte b) {
        return b == ' ' || b == '\t' || b == '\r' || b == '\n';
    }
}
