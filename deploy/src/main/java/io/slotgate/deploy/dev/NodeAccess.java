package io.slotgate.deploy.dev;

import java.io.IOException;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/** How a cluster's nodes are spoken to: with or without TLS, with or without a password. */
record NodeAccess(SocketFactory sockets, @Nullable String password) {
    NodeCall connect(int port) throws IOException {
        return NodeCall.connect(port, sockets, password);
    }
}
