package io.slotgate.topology.fleet;

import java.net.SocketException;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jgroups.Address;
import org.jgroups.blocks.cs.TcpConnectionNonBlocking;
import org.jgroups.blocks.cs.TcpServer;
import org.jgroups.conf.ClassConfigurator;
import org.jgroups.protocols.TCP;
import org.jgroups.util.Util;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * JGroups' TCP, but who sends never waits for a connection. JGroups has one thread for all that it sends, and has it connect
 * and shake hands where no connection is, with a lock that all other connections need: a few members that accept and then
 * say nothing, or whose network swallows everything, keep it busy for good. Heartbeats of the others come too late, and
 * those that could merge again never do.
 *
 * <p>Here each connection is made on a thread of its own. What is sent meanwhile waits, in bounds; what is sent to a member
 * that could just not be reached is dropped. Both is sent again by the protocols above.
 */
final class FleetTcp extends TCP {
    private static final Logger lines = LoggerFactory.getLogger(FleetTcp.class);
    private static final int MOST_UNREACHABLE = 1_024;
    private static final int MOST_THREADS = 64;
    private static final int MOST_WAITING = 64;
    private static final int HANDSHAKE_MILLIS = 2_000;
    private static final long IDLE_SECONDS = 5;
    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** Whom we have said that we can't reach; guarded by {@link #attempts}. */
    private final Set<Address> unreachable = new HashSet<>();

    /** Messages for members that there is no connection to; guarded by itself. */
    private final Map<Address, Attempt> attempts = new HashMap<>();

    /** Guarded by {@link #attempts}. */
    private boolean stopped;

    private final ThreadPoolExecutor connectors = new ThreadPoolExecutor(0, MOST_THREADS, IDLE_SECONDS,
            TimeUnit.SECONDS, new SynchronousQueue<>(),
            Thread.ofPlatform().name("slotgate-fleet-connect-", 0).daemon().factory());

    FleetTcp() {
        // By class, and they must understand each other: headers carry it.
        setId(ClassConfigurator.getProtocolId(TCP.class));
    }

    /** A connection that is being made, or could not be made. */
    private static final class Attempt {
        final Queue<byte[]> waiting = new ArrayDeque<>();
        boolean failed;
        long failedAt;
    }

    @Override
    public void send(Address dest, byte[] data, int offset, int length) throws Exception {
        TcpServer server = srv;
        if (server == null) {
            return;
        }
        if (dest == null || dest.equals(server.localAddress()) || server.connectionEstablishedTo(dest)) {
            super.send(dest, data, offset, length);
            return;
        }
        byte[] copy = new byte[length];
        System.arraycopy(data, offset, copy, 0, length);
        synchronized (attempts) {
            if (stopped) {
                return;
            }
            Attempt attempt = attempts.get(dest);
            if (attempt != null && !attempt.failed) {
                if (attempt.waiting.size() < MOST_WAITING) {
                    attempt.waiting.add(copy);
                }
                return;
            }
            attempts.values().removeIf(FleetTcp::isOver);
            if (!attempts.containsKey(dest)) {
                begin(server, dest, copy);
            }
        }
    }

    private static boolean isOver(Attempt attempt) {
        return attempt.failed && System.nanoTime() - attempt.failedAt >= PAUSE_NANOS;
    }

    private void begin(TcpServer server, Address dest, byte[] first) {
        Attempt attempt = new Attempt();
        attempt.waiting.add(first);
        try {
            connectors.execute(() -> connect(server, dest, attempt));
            attempts.put(dest, attempt);
        } catch (RejectedExecutionException tooMany) {
            lines.atDebug().addKeyValue("member", dest).log("No thread left to connect to another proxy");
        }
    }

    private void connect(TcpServer server, Address dest, Attempt attempt) {
        Outgoing connection = null;
        try {
            connection = new Outgoing(dest, server, maxSendQueue());
            connection.connect(dest);
            use(server, dest, connection, attempt);
        } catch (Exception e) {
            Util.close(connection);
            fail(dest, attempt, e);
        }
    }

    private void fail(Address dest, Attempt attempt, Exception why) {
        boolean news;
        synchronized (attempts) {
            attempt.failed = true;
            attempt.failedAt = System.nanoTime();
            attempt.waiting.clear();
            news = unreachable.size() < MOST_UNREACHABLE && unreachable.add(dest);
        }
        lines.atLevel(news ? Level.INFO : Level.DEBUG).addKeyValue("member", dest)
                .addKeyValue("reason", why.toString()).log("Another proxy can't be reached");
    }

    /**
     * Whoever sends meanwhile waits for the lock, so that messages keep their order; so does the end. A connection that came
     * after it would stay, and the other side would go on to send to a member that is gone, also when it is back.
     */
    private void use(TcpServer server, Address dest, Outgoing connection, Attempt attempt) throws Exception {
        synchronized (attempts) {
            if (stopped) {
                Util.close(connection);
                return;
            }
            if (!server.connectionEstablishedTo(dest)) {
                // One that has ended must not count as the better one.
                server.closeConnection(dest, false);
            }
            server.addConnection(dest, connection);
            attempts.remove(dest);
            unreachable.remove(dest);
            while (!attempt.waiting.isEmpty() && server.connectionEstablishedTo(dest)) {
                byte[] message = attempt.waiting.remove();
                super.send(dest, message, 0, message.length);
            }
        }
    }

    @Override
    public void start() throws Exception {
        synchronized (attempts) {
            stopped = false;
        }
        super.start();
    }

    @Override
    public void stop() {
        synchronized (attempts) {
            stopped = true;
            attempts.clear();
        }
        super.stop();
    }

    @Override
    public void destroy() {
        connectors.shutdownNow();
        super.destroy();
    }

    /** JGroups waits for the end of a handshake without a limit. */
    private static final class Outgoing extends TcpConnectionNonBlocking {
        Outgoing(Address peer, TcpServer server, int maxQueue) throws Exception {
            super(peer, server, maxQueue);
        }

        @Override
        protected void connect(Address dest, boolean tellOwn) throws Exception {
            sock.setSoTimeout(HANDSHAKE_MILLIS);
            super.connect(dest, tellOwn);
            try {
                sock.setSoTimeout(0);
            } catch (SocketException e) {
                Util.close(sock);
                throw e;
            }
        }
    }
}
