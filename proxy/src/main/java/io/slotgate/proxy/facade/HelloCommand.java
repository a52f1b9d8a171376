package io.slotgate.proxy.facade;

import io.netty.buffer.ByteBuf;
import io.slotgate.proxy.resp.ReplyWriter;
import io.slotgate.proxy.resp.RequestFrame;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * {@code HELLO [2|3 [AUTH user password] [SETNAME name]]}. All of it happens or, if any part is refused, nothing. The reply
 * has the form of the protocol that was asked for.
 *
 * @see <a href="https://valkey.io/commands/hello/">HELLO</a>
 */
final class HelloCommand implements Login {
    private static final byte[] NOT_A_VERSION = Replies
            .bytes("-ERR Protocol version is not an integer or out of range\r\n");
    private static final byte[] UNKNOWN_VERSION = Replies.bytes("-NOPROTO unsupported protocol version\r\n");
    private static final byte[] NOT_AUTHENTICATED = Replies
            .bytes("-NOAUTH HELLO must be called with the client already authenticated, otherwise the "
                    + "HELLO <proto> AUTH <user> <pass> option can be used to authenticate the client and "
                    + "select the RESP protocol version at the same time\r\n");
    private static final int NONE = 0;

    private final Credentials credentials;
    private final String serverName;
    private final String serverVersion;
    private final boolean clusterEnabled;

    HelloCommand(Credentials credentials, FacadeSettings settings) {
        this.credentials = credentials;
        this.serverName = settings.serverName();
        this.serverVersion = settings.serverVersion();
        this.clusterEnabled = settings.clusterEnabled();
    }

    @Override
    public void answer(RequestFrame frame, ClientState client, ByteBuf out) {
        int protocol = client.protocol();
        if (frame.argc() > 1) {
            OptionalLong version = Integers.parse(frame, 1);
            if (version.isEmpty()) {
                out.writeBytes(NOT_A_VERSION);
                return;
            }
            if (version.getAsLong() != 2 && version.getAsLong() != 3) {
                out.writeBytes(UNKNOWN_VERSION);
                return;
            }
            protocol = (int) version.getAsLong();
        }
        int user = NONE;
        int name = NONE;
        for (int i = 2; i < frame.argc(); i++) {
            int following = frame.argc() - 1 - i;
            if (frame.is(i, "auth") && following >= 2) {
                user = i + 1;
                i += 2;
            } else if (frame.is(i, "setname") && following >= 1) {
                name = i + 1;
                i++;
                if (!ClientNames.valid(frame, name)) {
                    out.writeBytes(ClientNames.INVALID_NAME);
                    return;
                }
            } else {
                Replies.errorQuoting(out, "-ERR Syntax error in HELLO option '", frame, i, "'");
                return;
            }
        }
        if (user != NONE) {
            @Nullable
            String authenticated = credentials.check(frame, user, user + 1, client);
            if (authenticated == null) {
                out.writeBytes(AuthCommand.WRONG_PASSWORD);
                return;
            }
            client.authenticatedAs(authenticated);
        }
        if (!client.authenticated()) {
            out.writeBytes(NOT_AUTHENTICATED);
            return;
        }
        if (name != NONE) {
            client.name(frame.text(name));
        }
        client.protocol(protocol);
        write(client, out);
    }

    /** Only of a call that is well-formed up to AUTH; what is wrong behind it is found when it is answered. */
    @Override
    public @Nullable UpstreamUser asks(RequestFrame frame) {
        int i = 2;
        while (i + 1 < frame.argc() && frame.is(i, "setname")) {
            i += 2;
        }
        return i + 2 < frame.argc() && frame.is(i, "auth") ? credentials.asks(frame, i + 1, i + 2) : null;
    }

    private void write(ClientState client, ByteBuf out) {
        ReplyWriter.map(out, 7, client.protocol());
        ReplyWriter.bulk(out, "server");
        ReplyWriter.bulk(out, serverName);
        ReplyWriter.bulk(out, "version");
        ReplyWriter.bulk(out, serverVersion);
        ReplyWriter.bulk(out, "proto");
        ReplyWriter.integer(out, client.protocol());
        ReplyWriter.bulk(out, "id");
        ReplyWriter.integer(out, client.id());
        ReplyWriter.bulk(out, "mode");
        ReplyWriter.bulk(out, clusterEnabled ? "cluster" : "standalone");
        ReplyWriter.bulk(out, "role");
        ReplyWriter.bulk(out, client.listener() == Listener.READ ? "replica" : "master");
        ReplyWriter.bulk(out, "modules");
        ReplyWriter.array(out, 0);
    }
}
