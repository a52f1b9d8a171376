package io.slotgate.proxy.facade;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.slotgate.proxy.command.CommandSpec;
import io.slotgate.proxy.command.CommandTable;
import io.slotgate.proxy.resp.RequestFrame;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A client whose every command goes to a facade, checked before as a session does. */
final class FacadeClient {
    static final CommandTable TABLE = CommandTable.builtIn();
    static final long CONNECTED_AT = 1_700_000_000_000L;

    private final Facade facade;
    final ClientState state;

    FacadeClient(Facade facade, ClientState state) {
        this.facade = facade;
        this.state = state;
    }

    FacadeClient(Facade facade, Listener listener) {
        this(facade, state(facade, listener, 7));
    }

    static ClientState state(Facade facade, Listener listener, long id) {
        return new ClientState(id, listener, new InetSocketAddress("192.0.2.1", 50000),
                new InetSocketAddress("198.51.100.9", 6379), CONNECTED_AT, !facade.authenticationRequired());
    }

    /** Sends a command; the reply as ISO 8859-1 text. */
    String call(String... command) {
        RequestFrame frame = Frames.frame(command);
        ByteBuf out = Unpooled.buffer();
        answer(facade, state, frame, out);
        return out.toString(StandardCharsets.ISO_8859_1);
    }

    /** The server's order of checks: known, arity, authenticated. */
    static void answer(Facade facade, ClientState state, RequestFrame frame, ByteBuf out) {
        CommandSpec spec = TABLE.find(frame);
        if (spec == null) {
            Refusals.unknownCommand(out, frame);
            return;
        }
        if (!spec.accepts(frame.argc())) {
            Refusals.wrongArity(out, spec.name());
            return;
        }
        @Nullable
        LocalCommand command = facade.commandFor(spec);
        if (command == null) {
            command = Refusals.refusalFor(spec);
        }
        if (!state.authenticated() && !spec.noAuth() && !spec.container()) {
            Refusals.authenticationRequired(out);
        } else if (command == null) {
            Refusals.unknownSubcommand(out, frame);
        } else {
            command.answer(frame, state, out);
        }
    }
}
