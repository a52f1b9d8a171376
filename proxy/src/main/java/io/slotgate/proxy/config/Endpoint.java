package io.slotgate.proxy.config;

/**
 * Where a listener binds.
 *
 * @param host local address or name; {@code 0.0.0.0} for every IPv4 address
 * @param port TCP port, 0..65535; 0 takes any free port
 */
public record Endpoint(String host, int port) {
    public Endpoint {
        Problems problems = new Problems();
        problems.word("host", host);
        problems.range("port", port, 0, 65535);
        problems.throwIfAny();
    }

    @Override
    public String toString() {
        return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
    }
}
