package io.slotgate.proxy.facade;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.slotgate.proxy.command.CommandSpec;
import io.slotgate.proxy.resp.RequestFrame;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The one place of the errors that we answer instead of passing a command on, in the server's own words where it has them.
 * The server checks in this order: unknown command, number of arguments, authentication.
 */
public final class Refusals {
    private static final byte[] AUTHENTICATION_REQUIRED = Replies.bytes("-NOAUTH Authentication required.\r\n");
    private static final byte[] CROSS_SLOT = Replies
            .bytes("-CROSSSLOT Keys in request don't hash to the same slot\r\n");
    /** Most bytes of a name, and of all arguments together, that an error quotes. */
    private static final int QUOTED = 128;

    private static final RefusalTable TABLE = new RefusalTable();

    private Refusals() {}

    /** The refusal of a command, or null if it may be passed on; for when routes are built, not for the hot path. */
    public static @Nullable Refusal refusalFor(CommandSpec spec) {
        return TABLE.of(spec);
    }

    /**
     * Whether what should be a command is a line of a web browser's request, the rest of which would be taken for commands that
     * somebody else has chosen. Servers close the connection, too.
     */
    public static boolean isOfHttp(RequestFrame frame) {
        return frame.is(0, "post") || frame.is(0, "host:");
    }

    /** Writes {@code -ERR unknown command 'foo', with args beginning with: 'a' 'b' }. */
    public static void unknownCommand(ByteBuf out, RequestFrame frame) {
        ascii(out, "-ERR unknown command '");
        Replies.quote(out, frame, 0, QUOTED);
        ascii(out, "', with args beginning with: ");
        int left = QUOTED;
        for (int i = 1; i < frame.argc() && left > 0; i++) {
            out.writeByte('\'');
            left -= Replies.quote(out, frame, i, left) + 3;
            ascii(out, "' ");
        }
        out.writeShort(0x0D0A);
    }

    /** Writes {@code -ERR unknown subcommand 'foo'. Try CLIENT HELP.}; the frame has two arguments or more. */
    public static void unknownSubcommand(ByteBuf out, RequestFrame frame) {
        ascii(out, "-ERR unknown subcommand '");
        Replies.quote(out, frame, 1, QUOTED);
        ascii(out, "'. Try ");
        ascii(out, frame.text(0).toUpperCase(Locale.ROOT));
        ascii(out, " HELP.\r\n");
    }

    /** @param command full name in lower case: {@code get}, {@code client|id} */
    public static void wrongArity(ByteBuf out, String command) {
        if (command.equals("exec")) {
            TransactionReplies.execArity(out);
            return;
        }
        ascii(out, "-ERR wrong number of arguments for '");
        ByteBufUtil.writeUtf8(out, command);
        ascii(out, "' command\r\n");
    }

    public static void authenticationRequired(ByteBuf out) {
        out.writeBytes(AUTHENTICATION_REQUIRED);
    }

    public static void crossSlot(ByteBuf out) {
        out.writeBytes(CROSS_SLOT);
    }

    private static void ascii(ByteBuf out, String text) {
        out.writeCharSequence(text, StandardCharsets.US_ASCII);
    }
}
