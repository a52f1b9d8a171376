package io.slotgate.proxy.worker;

import io.netty.channel.EventLoop;
import java.util.Arrays;

/**
 * The end of a turn of the event loop. Everything that became readable in one turn is handled first; then each
 * connection that got bytes writes them in one call:
 *
 * <pre>
 *   epoll ── read a ── read b ── read c ──┐ end of turn: flush nodes, then clients
 *     ^     (commands and replies gather) │
 *     └───────────────────────────────────┘
 * </pre>
 *
 * Nodes come first, so that they work while the clients' replies are written.
 */
public final class Turn implements Runnable {
    private final EventLoop loop;
    private Flushable[] nodes = new Flushable[16];
    private int nodeCount;
    private Flushable[] clients = new Flushable[256];
    private int clientCount;
    private boolean scheduled;

    Turn(EventLoop loop) {
        this.loop = loop;
    }

    /** Flushes a node's channel when the turn ends; the channel calls once a turn. */
    public void flushNode(Flushable node) {
        if (nodeCount == nodes.length) {
            nodes = Arrays.copyOf(nodes, nodeCount * 2);
        }
        nodes[nodeCount++] = node;
        schedule();
    }

    /** Flushes a client's connection when the turn ends; the session calls once a turn. */
    public void flushClient(Flushable client) {
        if (clientCount == clients.length) {
            clients = Arrays.copyOf(clients, clientCount * 2);
        }
        clients[clientCount++] = client;
        schedule();
    }

    private void schedule() {
        if (!scheduled) {
            scheduled = true;
            // Tasks run behind the I/O of the same turn.
            loop.execute(this);
        }
    }

    @Override
    public void run() {
        // Flushing one connection may make another one ready to flush: both lists can grow while they are walked.
        int node = 0;
        int client = 0;
        while (node < nodeCount || client < clientCount) {
            while (node < nodeCount) {
                flush(nodes[node++]);
            }
            if (client < clientCount) {
                flush(clients[client++]);
            }
        }
        Arrays.fill(nodes, 0, nodeCount, null);
        Arrays.fill(clients, 0, clientCount, null);
        nodeCount = 0;
        clientCount = 0;
        scheduled = false;
    }

    private static void flush(Flushable connection) {
        try {
            connection.flushTurn();
        } catch (Throwable e) {
            connection.failed(e);
        }
    }
}
