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
        TrackingReplies.addTo(commands);
        commands.put("client|help", new HelpCommand("CLIENT", """
                CACHING (YES|NO)
                    Enable/disable tracking of the keys for next command in OPTIN/OPTOUT modes.
                CAPA <option> [options...]
                    Say what the client can do.
                GETREDIR
                    Return the client ID we are redirecting to when tracking is enabled.
                GETNAME
                    Return the name of the current connection.
                ID
                    Return the ID of the current connection.
                INFO
                    Return information about the current client connection.
                KILL <ip:port>
                    Kill connection made from <ip:port>.
                KILL <option> <value> [<option> <value> [...]]
                    Kill connections. Options are:
                    * ADDR <ip:port>
                      Kill connections made from the specified address
                    * LADDR <ip:port>
                      Kill connections made to specified local address
                    * TYPE (NORMAL|PRIMARY|REPLICA|PUBSUB)
                      Kill connections by type.
                    * USER <username>
                      Kill connections authenticated by <username>.
                    * SKIPME (YES|NO)
                      Skip killing current connection (default: yes).
                    * ID <client-id>
                      Kill connections by client id.
                    * MAXAGE <maxage>
                      Kill connections older than the specified age.
                LIST [options ...]
                    Return information about client connections. Options:
                    * TYPE (NORMAL|PRIMARY|REPLICA|PUBSUB)
                      Return clients of specified type.
                    * ID <client-id> [<client-id> ...]
                      Return these clients.
                NO-EVICT (ON|OFF)
                    Protect current client connection from eviction.
                NO-TOUCH (ON|OFF)
                    Will not touch LRU/LFU stats when this mode is on.
                PAUSE <timeout> [WRITE|ALL]
                    Suspend all, or just write, clients of this proxy for <timeout> milliseconds.
                REPLY (ON|OFF|SKIP)
                    Control the replies sent to the current connection.
                SETINFO <option> <value>
                    Set client meta attr. Options are:
                    * LIB-NAME: the client lib name.
                    * LIB-VER: the client lib version.
                SETNAME <name>
                    Assign the name <name> to the current connection.
                TRACKING (ON|OFF) [REDIRECT <id>] [BCAST] [PREFIX <prefix> [...]]
                         [OPTIN] [OPTOUT] [NOLOOP]
                    Control server assisted client side caching.
                TRACKINGINFO
                    Report tracking status for the current connection.
                UNBLOCK <clientid> [TIMEOUT|ERROR]
                    Unblock the specified blocked client.
                UNPAUSE
                    Stop the current client pause, resuming traffic.
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
        ReplyWriter.text(out, ClientLine.of(client, "client|info", 0, clockMillis.getAsLong()) + "\n",
                client.protocol());
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
            client.replies(ReplyMode.ON);
            out.writeBytes(Replies.OK);
        } else if (frame.is(2, "off")) {
            client.replies(ReplyMode.OFF);
        } else if (frame.is(2, "skip")) {
            if (client.replies() == ReplyMode.ON) {
                client.replies(ReplyMode.SKIP_NEXT);
            }
        } else {
            out.writeBytes(Replies.SYNTAX_ERROR);
        }
    }
}
