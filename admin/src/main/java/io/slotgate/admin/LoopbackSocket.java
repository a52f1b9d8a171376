package io.slotgate.admin;

import io.slotgate.proxy.config.ConfigException;
import io.slotgate.proxy.config.Endpoint;
import io.slotgate.proxy.config.Problem;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.channels.ServerSocketChannel;
import java.util.List;

/** Binds the API's socket, to this machine only: without TLS and tokens nobody else may reach it. */
final class LoopbackSocket {
    private static final int BACKLOG = 64;

    private LoopbackSocket() {}

    /**
     * @throws ConfigException if the host is no loopback address
     * @throws IOException if the address can't be had; names it
     */
    static ServerSocketChannel bind(Endpoint endpoint) throws IOException {
        InetAddress address = resolve(endpoint);
        if (!address.isLoopbackAddress()) {
            throw new ConfigException(List.of(new Problem("admin.endpoint.host", endpoint.host()
                    + " (expected: a loopback address such as 127.0.0.1, for the API has neither TLS nor tokens yet)")));
        }
        ServerSocketChannel channel = ServerSocketChannel.open();
        try {
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            channel.bind(new InetSocketAddress(address, endpoint.port()), BACKLOG);
            return channel;
        } catch (IOException e) {
            channel.close();
            throw failure(endpoint, String.valueOf(e.getMessage()), e);
        }
    }

    private static InetAddress resolve(Endpoint endpoint) throws IOException {
        try {
            return InetAddress.getByName(endpoint.host());
        } catch (UnknownHostException e) {
            throw failure(endpoint, "unknown host", e);
        }
    }

    private static IOException failure(Endpoint endpoint, String reason, IOException cause) {
        IOException failure = new BindException("admin.endpoint: can't listen on " + endpoint + ": " + reason);
        failure.initCause(cause);
        return failure;
    }
}
