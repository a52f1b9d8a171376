package io.slotgate.proxy.facade;

import io.netty.buffer.ByteBuf;
import io.slotgate.proxy.resp.ReplyWriter;
import io.slotgate.proxy.resp.RequestFrame;
import java.util.Map;
import java.util.OptionalLong;

/**
 * PING, ECHO, QUIT, RESET, SELECT, READONLY, READWRITE and ASKING.
 *
 * @see <a href="https://valkey.io/commands/#connection">Connection commands</a>
 */
final class ConnectionCommands {
    private static final byte[] NOT_AN_INTEGER = Replies.bytes("-ERR value is not an integer or out of range\r\n");
    private static final byte[] NOT_AN_INT = Replies
            .bytes("-ERR value is out of range, value must between -2147483648 and 2147483647\r\n");
    private static final byte[] ONE_DATABASE = Replies.bytes("-ERR SELECT is not allowed in cluster mode\r\n");

    private final boolean open;

    /** @param open whether a client needs no AUTH */
    ConnectionCommands(boolean open) {
        this.open = open;
    }

    void addTo(Map<String, LocalCommand> commands) {
        commands.put("ping", ConnectionCommands::ping);
        commands.put("echo", (frame, client, out) -> echo(frame, 1, out));
        commands.put("quit", ConnectionCommands::quit);
        commands.put("reset", this::reset);
        commands.put("select", ConnectionCommands::select);
        commands.put("readonly", (frame, client, out) -> readOnly(true, client, out));
        commands.put("readwrite", (frame, client, out) -> readOnly(false, client, out));
        // Nothing to remember: clients are never redirected here, so none has a reason to ask.
        commands.put("asking", (frame, client, out) -> out.writeBytes(Replies.OK));
    }

    private static void ping(RequestFrame frame, ClientState client, ByteBuf out) {
        switch (frame.argc()) {
            case 1 -> out.writeBytes(Replies.PONG);
            case 2 -> echo(frame, 1, out);
            default -> Refusals.wrongArity(out, "ping");
        }
    }

    private static void echo(RequestFrame frame, int argument, ByteBuf out) {
        ReplyWriter.bulk(out, frame.buffer(), frame.offset(argument), frame.length(argument));
    }

    private static void quit(RequestFrame frame, ClientState client, ByteBuf out) {
        client.closeAfterReply(true);
        out.writeBytes(Replies.OK);
    }

    private void reset(RequestFrame frame, ClientState client, ByteBuf out) {
        client.reset(open);
        out.writeBytes(Replies.RESET);
    }

    private static void select(RequestFrame frame, ClientState client, ByteBuf out) {
        OptionalLong database = Integers.parse(frame, 1);
        if (database.isEmpty()) {
            out.writeBytes(NOT_AN_INTEGER);
        } else if (database.getAsLong() != (int) database.getAsLong()) {
            out.writeBytes(NOT_AN_INT);
        } else {
            out.writeBytes(database.getAsLong() == 0 ? Replies.OK : ONE_DATABASE);
        }
    }

    private static void readOnly(boolean readOnly, ClientState client, ByteBuf out) {
        client.readOnly(readOnly);
        out.writeBytes(Replies.OK);
    }
}
