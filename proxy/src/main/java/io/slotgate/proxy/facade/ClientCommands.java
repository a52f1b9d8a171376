package io.slotgate.proxy.facade;

import io.netty.buffer.ByteBuf;
import io.slotgate.proxy.resp.ReplyWriter;
import io.slotgate.proxy.resp.RequestFrame;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * The subcommands of CLIENT that concern only the client that sends them.
 *
 * @see <a href="https://valkey.io/commands/client-info/">CLIENT INFO</a>
 * @see <a href="https://valkey.io/commands/client-setinfo/">CLIENT SETINFO</a>
 */
final class ClientCommands {
    private static final byte[] REPLIES_ALWAYS = Replies.bytes(
            "-ERR Slotgate: CLIENT REPLY OFF and SKIP are not supported: every command is answered in this version\r\n");

    private final LongSupplier clockMillis;

    /** @param clockMillis wall clock, milliseconds since 1970 */
    ClientCommands(LongSupplier clockMillis) {
        this.clockMillis = clockMillis;
    }

    void addTo(Map<String, LocalCommand> commands) {
        commands.put("client|id", (frame, client, out) -> ReplyWriter.integer(out, client.id()));
        commands.put("client|getname", ClientCommands::getName);
        commands.put("client|setname", ClientCommands::setName);
        commands.put("client|setinfo", ClientCommands::setInfo);
        commands.put("client|info", this::info);
        commands.put("client|no-evict", ClientCommands::noEvict);
        commands.put("client|no-touch", ClientCommands::noTouch);
        commands.put("client|capa", (frame, client, out) -> out.writeBytes(Replies.OK));
        commands.put("client|reply", ClientCommands::reply);
        commands.put("client|help", new HelpCommand("CLIENT", """
                CAPA <option> [options...]
                    Say what the client can do.
                GETNAME
                    Return the name of the current connection.
                ID
                    Return the ID of the current connection.
                INFO
                    Return information about the current client connection.
                NO-EVICT (ON|OFF)
                    Protect current client connection from eviction.
                NO-TOUCH (ON|OFF)
                    Will not touch LRU/LFU stats when this mode is on.
                REPLY ON
                    Answer every command, as is always done.
                SETINFO <option> <value>
                    Set client meta attr. Options are:
                    * LIB-NAME: the client lib name.
                    * LIB-VER: the client lib version.
                SETNAME <name>
                    Assign the name <name> to the current connection.
                """));
        commands.put("acl|whoami", (frame, client, out) -> ReplyWriter.bulk(out, client.user()));
    }

    private static void getName(RequestFrame frame, ClientState client, ByteBuf out) {
        if (client.name().isEmpty()) {
            ReplyWriter.nil(out, client.protocol());
        } else {
            ReplyWriter.bulk(out, client.name());
        }
    }

    private static void setName(RequestFrame frame, ClientState client, ByteBuf out) {
        if (!ClientNames.valid(frame, 2)) {
            out.writeBytes(ClientNames.INVALID_NAME);
            return;
        }
        client.name(frame.text(2));
        out.writeBytes(Replies.OK);
    }

    private static void setInfo(RequestFrame frame, ClientState client, ByteBuf out) {
        boolean name = frame.is(2, "lib-name");
        if (!name && !frame.is(2, "lib-ver")) {
            Replies.errorQuoting(out, "-ERR Unrecognized option '", frame, 2, "'");
            return;
        }
        if (!ClientNames.valid(frame, 3)) {
            Replies.errorQuoting(out, "-ERR ", frame, 2,
                    " cannot contain spaces, newlines or special characters.");
            return;
        }
        if (name) {
            client.libraryName(frame.text(3));
        } else {
            client.libraryVersion(frame.text(3));
        }
        out.writeBytes(Replies.OK);
    }

    private void info(RequestFrame frame, ClientState client, ByteBuf out) {
        ReplyWriter.text(out, ClientLine.of(client, "client|info", clockMillis.getAsLong()) + "\n", client.protocol());
    }

    private static void noEvict(RequestFrame frame, ClientState client, ByteBuf out) {
        if (isSwitch(frame, 2, out)) {
            client.noEvict(frame.is(2, "on"));
        }
    }

    private static void noTouch(RequestFrame frame, ClientState client, ByteBuf out) {
        if (isSwitch(frame, 2, out)) {
            client.noTouch(frame.is(2, "on"));
        }
    }

    private static boolean isSwitch(RequestFrame frame, int argument, ByteBuf out) {
        boolean valid = frame.is(argument, "on") || frame.is(argument, "off");
        out.writeBytes(valid ? Replies.OK : Replies.SYNTAX_ERROR);
        return valid;
    }

    private static void reply(RequestFrame frame, ClientState client, ByteBuf out) {
        if (frame.is(2, "on")) {
            out.writeBytes(Replies.OK);
        } else if (frame.is(2, "off") || frame.is(2, "skip")) {
            out.writeBytes(REPLIES_ALWAYS);
        } else {
            out.writeBytes(Replies.SYNTAX_ERROR);
        }
    }
}
