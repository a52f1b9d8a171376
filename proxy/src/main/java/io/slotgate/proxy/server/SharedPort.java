package io.slotgate.proxy.server;

import io.netty.channel.ChannelException;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.unix.IntegerUnixChannelOption;
import io.netty.channel.unix.RawUnixChannelOption;
import io.netty.channel.unix.UnixChannel;
import io.netty.channel.unix.UnixChannelOption;
import java.net.StandardSocketOptions;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A listening socket whose port other processes may listen on, too ({@code SO_REUSEPORT}), so that one can take over from
 * another. The kernel gives each connection to one of the sockets when the client's first packet comes, and resets those that
 * wait at a socket that is closed. So a process that is about to close has the kernel give new connections to the others,
 * and accepts what has come to it before; one that has just come has them given to the others until it serves:
 *
 * <pre>
 *   bound ──> others get the connections ──> {@link #takePart} ──> all get some ──> {@link #giveWay} ──> others get them ──> closed
 * </pre>
 *
 * The kernel knows the sockets by their places: who comes gets the last, and the last takes the place of one that leaves. Where
 * ours can't be told, or the transport has no way to say it, the sockets share until the last moment.
 * One thread at a time.
 */
final class SharedPort {
    private static final Logger log = LoggerFactory.getLogger(SharedPort.class);
    private static final int SOL_SOCKET = 1;
    private static final RawUnixChannelOption ATTACH = new RawUnixChannelOption("SO_ATTACH_REUSEPORT_CBPF", SOL_SOCKET,
            51,
            SteeringProgram.SIZE);
    private static final IntegerUnixChannelOption DETACH = new IntegerUnixChannelOption("SO_DETACH_REUSEPORT_BPF",
            SOL_SOCKET,
            68);

    private final ServerSocketChannel channel;
    private Set<String> older = Set.of();
    private boolean warned;

    private SharedPort(ServerSocketChannel channel) {
        this.channel = channel;
    }

    /** Has others be let listen, too; before the socket is bound. */
    static void prepare(ServerSocketChannel channel) {
        if (channel instanceof UnixChannel) {
            channel.config().setOption(UnixChannelOption.SO_REUSEPORT, true);
        } else {
            ChannelOption<Boolean> option = NioChannelOption.of(StandardSocketOptions.SO_REUSEPORT);
            if (!channel.config().setOption(option, true)) {
                log.atWarn().log("This system lets no two processes share a port");
            }
        }
    }

    /** @param channel bound just now */
    static SharedPort of(ServerSocketChannel channel) {
        SharedPort port = new SharedPort(channel);
        ListeningSockets sockets = port.sockets();
        if (sockets != null && !sockets.others().isEmpty()) {
            port.older = sockets.others();
            port.steer(sockets.others().size(), sockets.others().size());
        }
        return port;
    }

    boolean isOpen() {
        return channel.isOpen();
    }

    private @Nullable ListeningSockets sockets() {
        return channel instanceof UnixChannel unix ? ListeningSockets.with(unix.fd().intValue()) : null;
    }

    /** From now on we get our part of the connections. */
    void takePart() {
        if (!(channel instanceof UnixChannel)) {
            return;
        }
        try {
            channel.config().setOption(DETACH, 0);
        } catch (ChannelException e) {
            // Nothing was attached.
        }
    }

    /**
     * Looks who else is there; from time to time, or who leaves and comes unseen makes our place unknown.
     *
     * @return whether somebody is there who was before us
     */
    boolean look() {
        ListeningSockets sockets = sockets();
        if (sockets != null && sockets.others().isEmpty()) {
            older = Set.of();
        }
        return !older.isEmpty();
    }

    /**
     * From now on the others get the connections, as far as that can be had.
     *
     * @return whether there are others
     */
    boolean giveWay() {
        look();
        ListeningSockets sockets = sockets();
        if (sockets == null || sockets.others().isEmpty()) {
            return false;
        }
        if (sockets.others().containsAll(older)) {
            steer(older.size(), sockets.others().size());
        } else {
            warn("Others have come and gone: a client that connects at the moment of closing may be refused", null);
        }
        return true;
    }

    /** Whether connections wait to be accepted. */
    boolean isWaitedFor() {
        ListeningSockets sockets = sockets();
        return sockets != null && sockets.queued() > 0;
    }

    private void steer(int own, int others) {
        try {
            SteeringProgram.with(own, others, program -> channel.config().setOption(ATTACH, program));
        } catch (ChannelException e) {
            warn("The kernel can't be told who gets new connections", e);
        }
    }

    private void warn(String message, @Nullable Throwable cause) {
        if (!warned) {
            warned = true;
            log.atWarn().addKeyValue("address", channel.localAddress()).addKeyValue("cause", cause).log(message);
        }
    }
}
