package io.slotgate.proxy.server;

import io.netty.channel.EventLoop;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.socket.SocketChannel;
import io.slotgate.proxy.config.SlotgateConfig;
import io.slotgate.proxy.facade.ClientState;
import io.slotgate.proxy.facade.Listener;
import io.slotgate.proxy.session.Session;
import java.util.concurrent.atomic.AtomicLong;

/** Gives each new connection a session at the worker whose event loop it belongs to. */
final class WorkerSessions implements SessionFactory {
    private final AtomicLong clientIds = new AtomicLong();
    private final boolean open;
    private final Workers workers;

    /** @param workers made by the time of the first connection */
    WorkerSessions(SlotgateConfig config, Workers workers) {
        this.open = open(config);
        this.workers = workers;
    }

    /** Whether clients need no AUTH. They must not get by our own password what the cluster's users need theirs for. */
    static boolean open(SlotgateConfig config) {
        return config.auth().users().isEmpty()
                && !(config.auth().passThrough() && config.upstream().password() != null);
    }

    @Override
    public Session newSession(SocketChannel channel, ListenerKind kind, EventLoop worker) {
        Listener door = switch (kind) {
            case CLIENT -> Listener.CLIENT;
            case READ -> Listener.READ;
            case PLAIN -> Listener.PLAIN;
        };
        ClientState client = new ClientState(clientIds.incrementAndGet(), door, channel.remoteAddress(),
                channel.localAddress(), System.currentTimeMillis(), open);
        client.serverName(TlsContexts.serverName(channel));
        return new Session(workers.of(worker).sessions(), client);
    }

    @Override
    public void handshakesFollow(EventLoop worker) {
        workers.of(worker).handshakesFollow();
    }

    @Override
    public RecvByteBufAllocator receiveBuffers(EventLoop worker) {
        return workers.of(worker).receiveBuffers();
    }
}
