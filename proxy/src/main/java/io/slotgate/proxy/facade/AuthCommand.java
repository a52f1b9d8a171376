package io.slotgate.proxy.facade;

import io.netty.buffer.ByteBuf;
import io.slotgate.proxy.resp.RequestFrame;
import org.jspecify.annotations.Nullable;

/**
 * {@code AUTH [user] password}. One that fails leaves the client who it was.
 *
 * @see <a href="https://valkey.io/commands/auth/">AUTH</a>
 */
final class AuthCommand implements Login {
    static final byte[] WRONG_PASSWORD = Replies
            .bytes("-WRONGPASS invalid username-password pair or user is disabled.\r\n");
    private static final byte[] NO_PASSWORD_NEEDED = Replies
            .bytes("-ERR AUTH <password> called without any password configured for the default user. "
                    + "Are you sure your configuration is correct?\r\n");

    private final Credentials credentials;

    AuthCommand(Credentials credentials) {
        this.credentials = credentials;
    }

    @Override
    public void answer(RequestFrame frame, ClientState client, ByteBuf out) {
        if (frame.argc() > 3) {
            out.writeBytes(Replies.SYNTAX_ERROR);
            return;
        }
        if (frame.argc() == 2 && credentials.open() && !client.isAccepted()) {
            out.writeBytes(NO_PASSWORD_NEEDED);
            return;
        }
        @Nullable
        String user = frame.argc() == 2
                ? credentials.checkDefault(frame, 1, client)
                : credentials.check(frame, 1, 2, client);
        if (user == null) {
            out.writeBytes(WRONG_PASSWORD);
            return;
        }
        client.authenticatedAs(user);
        out.writeBytes(Replies.OK);
    }

    @Override
    public @Nullable UpstreamUser asks(RequestFrame frame) {
        return switch (frame.argc()) {
            case 2 -> credentials.open() ? null : credentials.asks(frame, 0, 1);
            case 3 -> credentials.asks(frame, 1, 2);
            default -> null;
        };
    }
}
