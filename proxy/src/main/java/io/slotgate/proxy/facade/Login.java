package io.slotgate.proxy.facade;

import io.slotgate.proxy.resp.RequestFrame;
import org.jspecify.annotations.Nullable;

/** AUTH and HELLO: commands by which a client says who it is. */
public sealed interface Login extends LocalCommand permits AuthCommand, HelloCommand {
    /**
     * The user whom the nodes have to accept before {@link #answer} may be called, after
     * {@link ClientState#accepted(UpstreamUser)}; null if it needs no node.
     */
    @Nullable
    UpstreamUser asks(RequestFrame frame);
}
