package io.slotgate.admin.http;

import io.slotgate.proxy.config.Admin;
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

/** Binds the API's socket: to this machine only, unless the API has TLS and tokens. */
public final class AdminSocket {
    private static final int BACKLOG = 64;

    private AdminSocket() {}

    /** On a port of our own. */
    public static ServerSocketChannel bind(Admin config) throws IOException {
        return bind(config, false);
    }

    /**
     * @param shared whether another process may listen on the same port
     * @throws ConfigException if the host is no loopback address and has to be
     * @throws IOException if the address can't be had; names it
     */
    public static ServerSocketChannel bind(Admin config, boolean shared) throws IOException {
        Endpoint endpoint = config.endpoint();
        InetAddress address = resolve(endpoint);
        if (!address.isLoopbackAddress() && !config.mayBeReached()) {
            throw new ConfigException(List.of(new Problem("admin.endpoint.host", endpoint.host()
                    + " (expected: a loopback address such as 127.0.0.1, or admin.tls and admin.tokens)")));
        }
        ServerSocketChannel channel = ServerSocketChannel.open();
        try {
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            if (shared && channel.supportedOptions().contains(StandardSocketOptions.SO_REUSEPORT)) {
                channel.setOption(StandardSocketOptions.SO_REUSEPORT, true);
            }
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
