package io.slotgate.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slotgate.admin.http.ConnectionPlaces;
import io.slotgate.admin.view.FakeProxy;
import io.slotgate.proxy.config.Admin;
import io.slotgate.proxy.config.AdminTls;
import io.slotgate.proxy.config.Endpoint;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.net.SocketFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many connections at the admin port. */
@Timeout(120)
class AdminConnectionsTest {
    /** Less than the 30 s after which idle connections are closed anyway. */
    private static final int PATIENCE_MILLIS = 25_000;

    private final List<Socket> idle = new ArrayList<>();
    private final FakeProxy proxy = new FakeProxy();

    @AfterEach
    void leave() throws IOException {
        for (Socket socket : idle) {
            socket.close();
        }
    }

    private void crowd(AdminServer server, int connections, String sent) throws IOException {
        for (int i = 0; i < connections; i++) {
            Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
            idle.add(socket);
            if (!sent.isEmpty()) {
                socket.getOutputStream().write(sent.getBytes(StandardCharsets.US_ASCII));
            }
        }
    }

    private static String health(AdminServer server, SocketFactory sockets) throws IOException {
        try (Socket socket = sockets.createSocket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.getOutputStream().write("GET /healthz HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    private static boolean isOpen(Socket socket) {
        try {
            socket.setSoTimeout(1);
            return socket.getInputStream().read() >= 0;
        } catch (SocketTimeoutException nothing) {
            return true;
        } catch (IOException closed) {
            return false;
        }
    }

    /** Silent ones, those in the midst of a request, and those that had an answer and stay. */
    @ParameterizedTest
    @ValueSource(strings = {"", "GET /healthz HTTP/1.1\r\nHost: loc", "POST /metrics HTTP/1.1\r\nHost: localhost\r\n"})
    void idleConnectionsDoNotKeepHealthChecksOut(String sent) throws IOException {
        try (AdminServer server = AdminServer.start(AdminFixture.OPEN)) {
            crowd(server, 3 * ConnectionPlaces.MOST, sent);

            for (int i = 0; i < 5; i++) {
                assertThat(health(server, SocketFactory.getDefault())).startsWith("HTTP/1.1 200 ").endsWith("ok");
            }

            await().until(() -> idle.stream().filter(AdminConnectionsTest::isOpen).count() <= ConnectionPlaces.MOST);
        }
    }

    @Test
    void handshakesThatNeverEndDoNotEither(@TempDir Path folder) throws Exception {
        TlsFiles files = new TlsFiles().writeTo(folder);
        AdminTls tls = new AdminTls(folder.resolve("server.pem"), folder.resolve("server.key"), null);
        try (AdminServer server = AdminServer.start(new Admin(true, new Endpoint("127.0.0.1", 0), tls, Tokens.all()))) {
            crowd(server, 3 * ConnectionPlaces.MOST, "");

            assertThat(health(server, files.client().getSocketFactory())).startsWith("HTTP/1.1 200 ").endsWith("ok");
        }
    }

    @Test
    void whoMayAskIsAnsweredHoweverManyCome() throws IOException {
        try (AdminServer server = AdminServer.start(Tokens.REQUIRED)) {
            server.attach(proxy);
            Socket live = new Socket(InetAddress.getLoopbackAddress(), server.port());
            idle.add(live);
            live.setSoTimeout(PATIENCE_MILLIS);
            live.getOutputStream().write(("GET /api/v1/live HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                    + Tokens.of("viewer") + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            readUntil(live.getInputStream(), "event: figures");

            crowd(server, 3 * ConnectionPlaces.MOST, "");

            readUntil(live.getInputStream(), "event: figures");
            readUntil(live.getInputStream(), "event: figures");
            assertThat(health(server, SocketFactory.getDefault())).endsWith("ok");
        }
    }

    /** As many as there are places: still one can come in. */
    @Test
    void requestsUnderWayDoNotKeepHealthChecksOut() throws IOException {
        try (AdminServer server = AdminServer.start(AdminFixture.OPEN)) {
            server.attach(proxy);
            // Of the live streams there are fewer places than that; the others are told so and stay.
            crowd(server, 3 * ConnectionPlaces.MOST, "GET /api/v1/live HTTP/1.1\r\nHost: localhost\r\n\r\n");

            assertThat(health(server, SocketFactory.getDefault())).startsWith("HTTP/1.1 200 ").endsWith("ok");
        }
    }

    private static void readUntil(InputStream in, String text) throws IOException {
        StringBuilder read = new StringBuilder();
        while (read.indexOf(text) < 0) {
            int next = in.read();
            assertThat(next).as("what came: " + read).isNotNegative();
            read.append((char) next);
        }
    }
}
