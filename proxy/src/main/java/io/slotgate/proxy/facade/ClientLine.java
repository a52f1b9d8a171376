package io.slotgate.proxy.facade;

import java.net.InetSocketAddress;
import java.net.SocketAddress;

/**
 * A client as CLIENT INFO and CLIENT LIST describe it, with the fields of Valkey 8 in its order. Fields about things a session
 * has none of (buffers of the server, subscriptions, a transaction, a file descriptor) keep the value the server gives then.
 *
 * @see <a href="https://valkey.io/commands/client-list/">CLIENT LIST, its fields</a>
 */
final class ClientLine {
    private ClientLine() {}

    /** The line without its end. */
    static String of(ClientState client, String command, long nowMillis) {
        long ageSeconds = Math.max(0, (nowMillis - client.connectedAtMillis()) / 1000);
        return "id=" + client.id() + " addr=" + address(client.remote()) + " laddr=" + address(client.local())
                + " fd=-1 name=" + client.name() + " age=" + ageSeconds + " idle=0 flags=" + flags(client) + " db="
                + client.database() + " sub=" + client.channels() + " psub=" + client.patterns() + " ssub="
                + client.shardChannels() + " multi=-1 watch=0 qbuf=0 qbuf-free=0 argv-mem=0 multi-mem=0"
                + " rbs=0 rbp=0 obl=0 oll=0 omem=0 tot-mem=0 events=r cmd=" + command + " user=" + client.user()
                + " redir=-1 resp=" + client.protocol() + " lib-name=" + client.libraryName() + " lib-ver="
                + client.libraryVersion() + " tot-net-in=" + client.bytesIn() + " tot-net-out=" + client.bytesOut()
                + " tot-cmds=" + client.commands();
    }

    private static String flags(ClientState client) {
        boolean subscriber = client.channels() + client.patterns() + client.shardChannels() > 0;
        String flags = (subscriber ? "P" : "") + (client.readOnly() ? "r" : "") + (client.noEvict() ? "e" : "")
                + (client.noTouch() ? "T" : "");
        return flags.isEmpty() ? "N" : flags;
    }

    private static String address(SocketAddress address) {
        if (!(address instanceof InetSocketAddress inet)) {
            return "?:0";
        }
        String host = Addresses.literal(inet);
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + inet.getPort();
    }
}
