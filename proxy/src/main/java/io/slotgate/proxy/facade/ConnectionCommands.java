package io.slotgate.proxy.facade;

import io.netty.buffer.ByteBuf;
import io.slotgate.proxy.resp.ReplyWriter;
import io.slotgate.proxy.resp.RequestFrame;
import java.util.Map;

/**
 * PING, ECHO, QUIT, RESET, SELECT, READONLY, READWRITE and ASKING.
 *
 * @see <a href="https://valkey.io/commands/#connection">Connection commands</a>
 */
final class ConnectionCommands {
    private final boolean open;
    private final int databases;

    /**
     * @param open whether a client needs no AUTH
     * @param databases how many the nodes have; 0: they don't know that there can be more than one
     */
    ConnectionCommands(boolean open, int databases) {
        this.open = open;
        this.databases = databases;
    }

    void addTo(Map<String, LocalCommand> commands) {
        commands.put("ping", ConnectionCommands::ping);
        commands.put("echo", (frame, client, out) -> echo(frame, 1, out));
        commands.put("quit", ConnectionCommands::quit);
        commands.put("reset", this::reset);
        commands.put("select", this::select);
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

    /** Where there is but one database; else a session sees to it. */
    private void select(RequestFrame frame, ClientState client, ByteBuf out) {
        if (SelectReplies.database(frame, databases, out) == 0) {
            SelectReplies.ok(out);
        }
    }

    private static void readOnly(boolean readOnly, ClientState client, ByteBuf out) {
        client.readOnly(readOnly);
        out.writeBytes(Replies.OK);
    }
}
