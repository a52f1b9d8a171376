package io.slotgate.proxy.facade;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The cluster as clients see it: one shard with all slots, its primary our client port, its replica our read port. A client
 * without TLS is told of the port without TLS only, for it could use no other. Immutable.
 *
 * <p>The ids depend on the fleet's name and nothing else, so that a client sees the same nodes whichever proxy it asks.
 */
final class VirtualShard {
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._:-]{1,253}");
    private static final String LOOPBACK = "127.0.0.1";

    private final @Nullable String advertisedHost;
    private final int clientPort;
    private final int readPort;
    private final int plainPort;
    private final String id;
    private final String primaryId;
    private final String replicaId;

    VirtualShard(FacadeSettings settings) {
        this.advertisedHost = settings.advertisedHost();
        this.clientPort = settings.clientPort();
        this.readPort = settings.readPort();
        this.plainPort = settings.plainPort();
        this.id = id(settings.fleet(), "shard");
        this.primaryId = id(settings.fleet(), "primary");
        this.replicaId = id(settings.fleet(), "replica");
    }

    /** Whether the text can be a host in an answer: nothing in it breaks a line or a field of CLUSTER NODES. */
    static boolean isHost(String text) {
        return HOST.matcher(text).matches();
    }

    /** 40 hex digits. */
    String id() {
        return id;
    }

    /** The node behind the port that the client came through. */
    String myself(ClientState client) {
        return client.listener() == Listener.READ ? replicaId : primaryId;
    }

    /** The primary and, where the client can use one, the replica, in this order. */
    List<VirtualNode> nodes(ClientState client) {
        String host = host(client);
        if (client.listener() == Listener.PLAIN) {
            return List.of(new VirtualNode(primaryId, host, plainPort, false, true, true));
        }
        boolean reading = client.listener() == Listener.READ;
        VirtualNode primary = new VirtualNode(primaryId, host, clientPort, true, true, !reading);
        if (readPort == 0) {
            return List.of(primary);
        }
        return List.of(primary, new VirtualNode(replicaId, host, readPort, true, false, reading));
    }

    /** What the client can reach us by: the configured host, else the name its TLS handshake asked for, else our address. */
    private String host(ClientState client) {
        if (advertisedHost != null) {
            return advertisedHost;
        }
        String serverName = client.serverName();
        if (serverName != null && isHost(serverName)) {
            return serverName;
        }
        return client.local() instanceof InetSocketAddress local ? Addresses.literal(local) : LOOPBACK;
    }

    private static String id(String fleet, String role) {
        try {
            byte[] name = ("slotgate/" + role + "/" + fleet).getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(name));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }
}
