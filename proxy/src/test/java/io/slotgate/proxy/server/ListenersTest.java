package io.slotgate.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.slotgate.proxy.config.Endpoint;
import io.slotgate.proxy.config.Limits;
import io.slotgate.proxy.config.Listen;
import io.slotgate.proxy.config.Tls;
import io.slotgate.proxy.plane.PlaneLimits;
import io.slotgate.proxy.ports.TestPorts;
import java.io.IOException;
import java.io.InputStream;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class ListenersTest {
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final Endpoint ANY = new Endpoint("127.0.0.1", 0);
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    @TempDir
    private static Path directory;
    private static TestPki pki;

    private final List<AutoCloseable> opened = new ArrayList<>();

    @BeforeAll
    static void makeCertificates() throws Exception {
        pki = new TestPki(directory);
    }

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable each : opened.reversed()) {
            each.close();
        }
    }

    @Test
    void eachKindOfListenerServesItsSessions() throws Exception {
        TestServer server = start(new Listen(ANY, ANY, ANY, null, pki.tls(), 128), Limits.defaults());

        assertThat(echo(tls(server.listeners.port(ListenerKind.CLIENT)), "one")).isEqualTo("one");
        assertThat(echo(tls(server.listeners.port(ListenerKind.READ)), "two")).isEqualTo("two");
        assertThat(echo(plain(server), "three")).isEqualTo("three");

        assertThat(server.kinds).containsExactly(ListenerKind.CLIENT, ListenerKind.READ, ListenerKind.PLAIN);
        assertThat(server.events).containsExactly("active", "active", "active");
    }

    @Test
    void aSessionSeesTheNameItsClientAskedFor() throws Exception {
        TestServer server = startTls(pki.tls());
        SSLSocket socket = tls(server.listeners.port(ListenerKind.CLIENT));
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setServerNames(List.of(new SNIHostName("cache.example.org")));
        socket.setSSLParameters(parameters);

        echo(socket, "x");

        assertThat(TlsContexts.serverName(server.sessions.element())).isEqualTo("cache.example.org");
        assertThat(server.sessions.element().pipeline().names()).hasSize(3); // TLS, session, tail
    }

    @Test
    void aSessionWithoutServerNameHasNone() throws Exception {
        TestServer server = start(new Listen(ANY, null, ANY, null, pki.tls(), 128), Limits.defaults());

        echo(tls(server.listeners.port(ListenerKind.CLIENT)), "x");
        echo(plain(server), "y");

        assertThat(server.sessions).hasSize(2).allSatisfy(s -> assertThat(TlsContexts.serverName(s)).isNull());
    }

    @Test
    void listensAgainWhereItDidBefore() throws Exception {
        TestServer server = start(new Listen(ANY, null, ANY, null, pki.tls(), 128), Limits.defaults());
        int client = server.listeners.port(ListenerKind.CLIENT);
        int open = server.listeners.port(ListenerKind.PLAIN);
        Socket staying = plain(server);
        assertThat(echo(staying, "one")).isEqualTo("one");
        server.listeners.stopAccepting();
        assertThatThrownBy(() -> new Socket(LOOPBACK, open)).isInstanceOf(ConnectException.class);

        server.listeners.reopen();

        assertThat(server.listeners.port(ListenerKind.CLIENT)).isEqualTo(client);
        assertThat(server.listeners.port(ListenerKind.PLAIN)).isEqualTo(open);
        assertThat(echo(tls(client), "two")).isEqualTo("two");
        assertThat(echo(plain(server), "three")).isEqualTo("three");
        assertThat(server.listeners.connections()).isEqualTo(3);
    }

    @Test
    void listensNowhereIfOneAddressIsTakenMeanwhile() throws Exception {
        TestServer server = start(new Listen(ANY, null, ANY, null, pki.tls(), 128), Limits.defaults());
        int client = server.listeners.port(ListenerKind.CLIENT);
        int open = server.listeners.port(ListenerKind.PLAIN);
        server.listeners.stopAccepting();

        try (ServerSocket other = new ServerSocket(open, 1, LOOPBACK)) {
            assertThatThrownBy(server.listeners::reopen).isInstanceOf(BindException.class)
                    .hasMessageStartingWith("listen.plain: can't listen on 127.0.0.1:" + open + ": ");
            assertThat(other.isBound()).isTrue();
        }
        for (int port : new int[]{client, open}) {
            assertThatThrownBy(() -> new Socket(LOOPBACK, port)).isInstanceOf(ConnectException.class);
        }
        server.listeners.reopen();
        assertThat(echo(plain(server), "again")).isEqualTo("again");
    }

    @Test
    void aClientThatShutsDownItsWritingSideStillGetsItsReplies() throws Exception {
        TestServer server = start(new Listen(null, null, ANY, null, null, 128), Limits.defaults());
        Socket socket = plain(server);

        socket.getOutputStream().write("last".getBytes(StandardCharsets.US_ASCII));
        socket.shutdownOutput();

        assertThat(socket.getInputStream().readAllBytes()).asString(StandardCharsets.US_ASCII).isEqualTo("last");
    }

    @Test
    void closeNotifyEndsTheSession() throws Exception {
        TestServer server = startTls(pki.tls());
        SSLSocket socket = tls(server.listeners.port(ListenerKind.CLIENT));
        echo(socket, "x");

        socket.close();

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(server.events).contains("SslCloseCompletionEvent", "inactive"));
        await().atMost(PATIENCE).until(() -> server.listeners.connections() == 0);
    }

    @Test
    void connectionsBeyondTheLimitAreRefusedAndRoomIsGivenBack() throws Exception {
        TestServer server = start(new Listen(ANY, null, ANY, null, pki.tls(), 128), limited(1));
        Socket first = plain(server);
        echo(first, "x");

        Socket second = plain(server);
        assertThat(second.getInputStream().readAllBytes()).asString(StandardCharsets.US_ASCII)
                .isEqualTo("-ERR max number of clients reached\r\n");
        SSLSocket third = tls(server.listeners.port(ListenerKind.CLIENT));
        assertThatThrownBy(third::startHandshake).isInstanceOf(IOException.class);
        assertThat(server.listeners.refused()).isEqualTo(2);

        first.close();
        await().atMost(PATIENCE).until(() -> server.listeners.connections() == 0);
        assertThat(echo(plain(server), "again")).isEqualTo("again");
    }

    @Test
    void connectionsAreSpreadOverTheWorkers() throws Exception {
        Listen listen = new Listen(null, null, ANY, null, null, 128);
        TestServer server = opened(new TestServer(listen, Limits.defaults(), 3, null));

        for (int i = 0; i < 9; i++) {
            echo(plain(server), "x");
        }

        assertThat(server.byWorker).allSatisfy(sessions -> assertThat(sessions).hasValue(3));
    }

    @Test
    void moreConnectionsThanTheAcceptorTakesAheadAreAllServed() throws Exception {
        TestServer server = start(new Listen(null, null, ANY, null, null, 1024), Limits.defaults());
        List<Socket> sockets = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            sockets.add(plain(server));
        }

        for (Socket socket : sockets) {
            assertThat(echo(socket, "x")).isEqualTo("x");
        }
    }

    @Test
    void aStormOfTlsClientsIsServedWhole() throws Exception {
        TestServer server = startTls(pki.tls());
        SSLContext client = pki.clientContext(false);
        int port = server.listeners.port(ListenerKind.CLIENT);
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> answers = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                answers.add(clients.submit(() -> {
                    try (Socket socket = client.getSocketFactory().createSocket(LOOPBACK, port)) {
                        return echo(socket, "x");
                    }
                }));
            }
            for (Future<String> answer : answers) {
                assertThat(answer.get()).isEqualTo("x");
            }
        }
        assertThat(server.gate(gate -> gate.finished)).isEqualTo(100);
        assertThat(server.gate(gate -> gate.waiting + gate.underWay)).isZero();
    }

    @Test
    void plainTextOnATlsPortIsClosedWithoutAWord() throws Exception {
        TestServer server = startTls(pki.tls());
        Socket socket = opened(new Socket(LOOPBACK, server.listeners.port(ListenerKind.CLIENT)));

        socket.getOutputStream().write("*1\r\n$4\r\nPING\r\n".getBytes(StandardCharsets.US_ASCII));

        assertThat(socket.getInputStream().readAllBytes()).isEmpty();
        assertThat(server.gate(gate -> gate.plainText)).isEqualTo(1);
        assertThat(server.gate(gate -> gate.failed)).isZero();
    }

    @Test
    void brokenTlsIsAnsweredWithAnAlertAndClosed() throws Exception {
        TestServer server = startTls(pki.tls());
        Socket socket = opened(new Socket(LOOPBACK, server.listeners.port(ListenerKind.CLIENT)));

        socket.getOutputStream().write(new byte[]{22, 3, 1, 0, 4, 99, 0, 0, 0});

        InputStream answer = socket.getInputStream();
        assertThat(answer.read()).isEqualTo(21); // an alert record (RFC 8446, 5.1)
        assertThat(answer.readAllBytes()).hasSize(6);
        assertThat(server.gate(gate -> gate.failed)).isEqualTo(1);
        assertThat(server.sessions).isEmpty();
    }

    @Test
    void aSilentClientIsClosedAtTheHandshakeTimeout() throws Exception {
        Tls tls = pki.tls();
        Tls hasty = new Tls(tls.certificate(), tls.key(), null, tls.protocols(), tls.provider(), 4,
                Duration.ofMillis(100), tls.sessionCacheSize(), tls.sessionTimeout());
        TestServer server = startTls(hasty);
        Socket socket = opened(new Socket(LOOPBACK, server.listeners.port(ListenerKind.CLIENT)));

        assertThat(socket.getInputStream().read()).isEqualTo(-1);
        assertThat(server.gate(gate -> gate.timedOut)).isEqualTo(1);
    }

    @Test
    void clientCertificatesAreRequiredWhereAnAuthorityIsConfigured() throws Exception {
        TestServer server = startTls(pki.tls(pki.tls().provider(), pki.tls().protocols(), pki.ca));
        int port = server.listeners.port(ListenerKind.CLIENT);

        SSLSocket certified = opened((SSLSocket) pki.clientContext(true).getSocketFactory()
                .createSocket(LOOPBACK, port));
        assertThat(echo(certified, "x")).isEqualTo("x");

        SSLSocket nobody = tls(port);
        // With TLS 1.3 a client hears of it when it reads; what it wrote after the end would break the connection before.
        assertThatThrownBy(() -> {
            nobody.startHandshake();
            nobody.getInputStream().read();
        }).isInstanceOf(SSLHandshakeException.class)
                .hasMessageContaining("certificate_required");
        assertThat(server.sessions).hasSize(1);
        assertThat(server.gate(gate -> gate.failed)).isEqualTo(1);
    }

    @Test
    void aTakenAddressIsNamedAndNothingStaysOpen() throws Exception {
        int free = TestPorts.take();
        try (ServerSocket taken = new ServerSocket(0, 1, LOOPBACK)) {
            Listen listen = new Listen(new Endpoint("127.0.0.1", free), null,
                    new Endpoint("127.0.0.1", taken.getLocalPort()), null, pki.tls(), 128);

            assertThatThrownBy(() -> start(listen, Limits.defaults())).isInstanceOf(BindException.class)
                    .hasMessageContaining("listen.plain").hasMessageContaining("127.0.0.1:" + taken.getLocalPort())
                    .hasMessageContaining("Address already in use");

            assertThatThrownBy(() -> new Socket(LOOPBACK, free)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void nobodyConnectsAfterStopAcceptingAndSessionsStay() throws Exception {
        TestServer server = start(new Listen(null, null, ANY, null, null, 128), Limits.defaults());
        int port = server.listeners.port(ListenerKind.PLAIN);
        Socket socket = plain(server);
        echo(socket, "x");

        server.listeners.stopAccepting();

        assertThatThrownBy(() -> new Socket(LOOPBACK, port)).isInstanceOf(IOException.class);
        assertThat(echo(socket, "y")).isEqualTo("y");
    }

    private TestServer startTls(Tls tls) throws IOException {
        return start(new Listen(ANY, null, null, null, tls, 128), Limits.defaults());
    }

    private TestServer start(Listen listen, Limits limits) throws IOException {
        Tls tls = listen.tls();
        return opened(new TestServer(listen, limits, 1, tls == null ? null : new TlsContexts().forListeners(tls)));
    }

    private static Limits limited(int connections) {
        return new PlaneLimits().connections(connections).limits();
    }

    private Socket plain(TestServer server) throws IOException {
        return opened(new Socket(LOOPBACK, server.listeners.port(ListenerKind.PLAIN)));
    }

    private SSLSocket tls(int port) throws Exception {
        return opened((SSLSocket) pki.clientContext(false).getSocketFactory()
                .createSocket(LOOPBACK, port));
    }

    private static String echo(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        return new String(socket.getInputStream().readNBytes(text.length()), StandardCharsets.US_ASCII);
    }

    private <T extends AutoCloseable> T opened(T closeable) {
        opened.add(closeable);
        return closeable;
    }
}
