package io.slotgate.proxy.facade;

import java.net.InetSocketAddress;
import java.net.SocketAddress;

/**
 * A client as CLIENT INFO and CLIENT LIST describe it, with the fields of Valkey 8 in its order. Fields about things that only
 * a server has (its buffers' sizes, a file descriptor) keep the value it gives where there is none.
 *
 * @see <a href="https://valkey.io/commands/client-list/">CLIENT LIST, its fields</a>
 */
public final class ClientLine {
    private ClientLine() {}

    /**
     * The line without its end; on the client's worker.
     *
     * @param command full name of the last command
     * @param unread bytes of replies that wait for the client
     * @param nowMillis wall clock, milliseconds since 1970
     */
    public static String of(ClientState client, String command, long unread, long nowMillis) {
        return "id=" + client.id() + " addr=" + address(client.remote()) + " laddr=" + address(client.local())
                + " fd=-1 name=" + client.name() + " age=" + secondsSince(client.connectedAtMillis(), nowMillis)
                + " idle=" + secondsSince(client.lastSeenMillis(), nowMillis) + " flags=" + flags(client) + " db="
                + client.database() + " sub=" + client.channels() + " psub=" + client.patterns() + " ssub="
                + client.shardChannels() + " multi=" + client.queued() + " watch=" + client.watched()
                + " qbuf=0 qbuf-free=0 argv-mem=0 multi-mem=0 rbs=0 rbp=0 obl=0 oll=0 omem=" + unread
                + " tot-mem=0 events=r cmd=" + command + " user=" + client.user()
                + " redir=" + TrackingReplies.redirect(client) + " resp=" + client.protocol() + " lib-name="
                + client.libraryName() + " lib-ver="
                + client.libraryVersion() + " tot-net-in=" + client.bytesIn() + " tot-net-out=" + client.bytesOut()
                + " tot-cmds=" + client.commands();
    }

    private static long secondsSince(long millis, long nowMillis) {
        return Math.max(0, (nowMillis - millis) / 1000);
    }

    private static String flags(ClientState client) {
        ClientTracking tracking = client.tracking();
        String flags = (client.subscribed() ? "P" : "") + (client.queued() >= 0 ? "x" : "")
                + (client.blocked() ? "b" : "") + (tracking == null ? "" : tracking.flags())
                + (client.closeAfterReply() ? "c" : "")
                + (client.readOnly() ? "r" : "") + (client.noEvict() ? "e" : "") + (client.noTouch() ? "T" : "");
        return flags.isEmpty() ? "N" : flags;
    }

    /** The address and port as CLIENT LIST has them. */
    public static String address(SocketAddress address) {
        if (!(address instanceof InetSocketAddress inet)) {
            return "?:0";
        }
        String host = Addresses.literal(inet);
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + inet.getPort();
    }
}
