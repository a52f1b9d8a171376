package io.slotgate.proxy.facade;

import io.slotgate.proxy.config.AllowedCommands;
import io.slotgate.proxy.config.User;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the facade says of this proxy and whom it lets in.
 *
 * @param fleet name that all proxies in front of one cluster share; the ids of the virtual nodes derive from it
 * @param advertisedHost name or address by which clients reach us, or null to use what each client asked for
 * @param clientPort port of the client listener as clients reach it; 0: there is none
 * @param readPort port of the read listener as clients reach it; 0: there is none
 * @param plainPort port of the listener without TLS as clients reach it; 0: there is none
 * @param users who may come in; empty: everyone, as the default user
 * @param serverName what HELLO says we are; clients choose features by it, so the upstream's own: {@code valkey}, {@code redis}
 * @param serverVersion version that HELLO tells, the upstream's own: {@code 8.0.1}
 * @param clusterEnabled whether we look like a cluster; else like one server
 * @param passThrough whether users that are not ours may be the cluster's
 * @param open whether everyone may come in without AUTH, as the default user
 * @param allow commands that are not refused although they would be
 * @param databases how many databases the nodes have, in cluster mode; 0: they are older than that there can be more than one
 */
public record FacadeSettings(
        String fleet,
        @Nullable String advertisedHost,
        int clientPort,
        int readPort,
        int plainPort,
        List<User> users,
        String serverName,
        String serverVersion,
        boolean clusterEnabled,
        boolean passThrough,
        boolean open,
        AllowedCommands allow,
        int databases) {
    /** Settings of a proxy that looks like a cluster. */
    public FacadeSettings(String fleet, @Nullable String advertisedHost, int clientPort, int readPort, int plainPort,
            List<User> users, String serverName, String serverVersion) {
        this(fleet, advertisedHost, clientPort, readPort, plainPort, users, serverName, serverVersion, true, false,
                users.isEmpty(), AllowedCommands.none(), 0);
    }

    /** Settings of a proxy that allows no command that is to be allowed. */
    public FacadeSettings(String fleet, @Nullable String advertisedHost, int clientPort, int readPort, int plainPort,
            List<User> users, String serverName, String serverVersion, boolean clusterEnabled, boolean passThrough,
            boolean open) {
        this(fleet, advertisedHost, clientPort, readPort, plainPort, users, serverName, serverVersion, clusterEnabled,
                passThrough, open, AllowedCommands.none(), 0);
    }

    /** Settings of a proxy whose nodes have one database. */
    public FacadeSettings(String fleet, @Nullable String advertisedHost, int clientPort, int readPort, int plainPort,
            List<User> users, String serverName, String serverVersion, boolean clusterEnabled, boolean passThrough,
            boolean open, AllowedCommands allow) {
        this(fleet, advertisedHost, clientPort, readPort, plainPort, users, serverName, serverVersion, clusterEnabled,
                passThrough, open, allow, 0);
    }

    public FacadeSettings {
        checkPort("clientPort", clientPort);
        checkPort("readPort", readPort);
        checkPort("plainPort", plainPort);
        if (readPort != 0 && clientPort == 0) {
            throw new IllegalArgumentException("clientPort: 0 (expected: 1..65535, as readPort is " + readPort + ")");
        }
        if (advertisedHost != null && !VirtualShard.isHost(advertisedHost)) {
            throw new IllegalArgumentException(
                    "advertisedHost: '" + advertisedHost + "' (expected: a host name or an address)");
        }
        users = List.copyOf(users);
    }

    /** Whether the nodes have a hash table for each slot: Valkey from 8.0 and Redis from 7.4. */
    boolean nodesScanBySlot() {
        String[] numbers = serverVersion.split("\\.", -1);
        try {
            int major = Integer.parseInt(numbers[0]);
            int minor = numbers.length < 2 ? 0 : Integer.parseInt(numbers[1]);
            return major >= 8 || (!serverName.equals("valkey") && major == 7 && minor >= 4);
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private static void checkPort(String what, int port) {
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException(what + ": " + port + " (expected: 0..65535)");
        }
    }
}
