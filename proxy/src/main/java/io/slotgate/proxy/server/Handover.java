package io.slotgate.proxy.server;

import io.netty.channel.EventLoop;
import io.netty.channel.socket.ServerSocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One process taking over from another on the same ports, seen by either. Any thread; work is done one at a time. */
final class Handover {
    private static final Logger log = LoggerFactory.getLogger(Handover.class);
    private static final long LOOK_SECONDS = 2;
    /** Longer than any handshake of TCP whose first packet came to us takes, if none of its packets are lost. */
    private static final long HANDSHAKE_MILLIS = 1_000;
    private static final long STEP_MILLIS = 50;

    private final EventLoop acceptor;
    private final List<SharedPort> ports = new ArrayList<>();

    Handover(EventLoop acceptor) {
        this.acceptor = acceptor;
    }

    /** A listener was bound; it does not accept yet. */
    synchronized void bound(ServerSocketChannel channel) {
        ports.removeIf(port -> !port.isOpen());
        ports.add(SharedPort.of(channel));
    }

    /** We serve. */
    synchronized void takePart() {
        ports.forEach(SharedPort::takePart);
        look();
    }

    private synchronized void look() {
        boolean some = false;
        for (SharedPort port : ports) {
            some |= port.look();
        }
        if (some && !acceptor.isShuttingDown()) {
            acceptor.schedule(this::look, LOOK_SECONDS, TimeUnit.SECONDS);
        }
    }

    /** Has the others get new connections, and waits until those that came before have been accepted. */
    void giveWay(Duration most) throws InterruptedException {
        long begun = System.nanoTime();
        long deadline = begun + most.toNanos();
        // One more time in each step, for one that begins to serve just now would undo it.
        while (steer() && System.nanoTime() < deadline
                && (System.nanoTime() - begun < TimeUnit.MILLISECONDS.toNanos(HANDSHAKE_MILLIS) || someWait())) {
            TimeUnit.MILLISECONDS.sleep(STEP_MILLIS);
        }
        log.atDebug().addKeyValue("millis", TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun))
                .log("Others get the connections");
    }

    private synchronized boolean steer() {
        boolean others = false;
        for (SharedPort port : ports) {
            others |= port.giveWay();
        }
        return others;
    }

    private synchronized boolean someWait() {
        return ports.stream().anyMatch(SharedPort::isWaitedFor);
    }
}
