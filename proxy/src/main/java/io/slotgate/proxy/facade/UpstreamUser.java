package io.slotgate.proxy.facade;

/**
 * As whom a client's commands are sent to the nodes, which enforce what this user may do.
 *
 * @param password in plain text, for every connection has to say it; never in {@link #toString}
 */
public record UpstreamUser(String name, String password) {
    @Override
    public String toString() {
        return name;
    }
}
