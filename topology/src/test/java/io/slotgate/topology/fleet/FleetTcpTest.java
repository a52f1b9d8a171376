package io.slotgate.topology.fleet;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.jgroups.JChannel;
import org.jgroups.stack.IpAddress;
import org.jgroups.util.DefaultSocketFactory;
import org.junit.jupiter.api.Test;

class FleetTcpTest {
    /** It once stayed open, and a member that came back at the same address got nothing: all went into the old connection. */
    @Test
    void aConnectionThatComesAfterTheEndIsClosed() throws Exception {
        SlowSockets sockets = new SlowSockets();
        FleetTcp tcp = new FleetTcp();
        tcp.setBindAddress(InetAddress.getLoopbackAddress()).setSocketFactory(sockets);
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                JChannel channel = new JChannel(tcp)) {
            channel.connect("test");
            tcp.send(new IpAddress(other.getInetAddress(), other.getLocalPort()), new byte[10], 0, 10);
            Socket connecting = sockets.connecting.join();
            channel.close();

            sockets.go.countDown();
            await().until(connecting::isClosed);
        }
    }

    /** Has whoever connects wait until it is told to go. */
    private static final class SlowSockets extends DefaultSocketFactory {
        final CompletableFuture<Socket> connecting = new CompletableFuture<>();
        final CountDownLatch go = new CountDownLatch(1);

        @Override
        public Socket createSocket(String service) {
            return new Socket() {
                @Override
                public void connect(SocketAddress endpoint, int timeout) throws IOException {
                    connecting.complete(this);
                    boolean told = false;
                    while (!told) {
                        try {
                            go.await();
                            told = true;
                        } catch (InterruptedException stillWaiting) {
                            // A connect of the system does not end by this either.
                        }
                    }
                    super.connect(endpoint, timeout);
                }
            };
        }
    }
}
