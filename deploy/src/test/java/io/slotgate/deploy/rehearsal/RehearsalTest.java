package io.slotgate.deploy.rehearsal;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RehearsalTest {
    private final Set<String> commands = ConcurrentHashMap.newKeySet();
    private final Set<String> pages = ConcurrentHashMap.newKeySet();
    private ServerSocket server;
    private HttpServer admin;
    private volatile String getReply = "$3\r\nabc\r\n";
    private volatile int status = 200;

    @BeforeEach
    void start() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
        admin = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        admin.createContext("/", exchange -> {
            pages.add(exchange.getRequestURI().toString());
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
        admin.start();
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
        admin.stop(0);
    }

    @Test
    void sendsWhatClientsAndDashboardsSend() throws InterruptedException {
        assertThat(rehearsal().run()).isTrue();

        assertThat(commands).containsExactlyInAnyOrder("GET", "SET", "MSET");
        assertThat(pages).contains("/metrics", "/api/v1/commands", "/api/v1/slots/heat?only=slots");
    }

    @Test
    void aValueThatIsNotThereIsAnAnswer() throws InterruptedException {
        getReply = "$-1\r\n";

        assertThat(rehearsal().run()).isTrue();
    }

    @Test
    void saysWhatFailed() throws InterruptedException, IOException {
        getReply = "-ERR no\r\n";
        assertThat(rehearsal().run()).isFalse();

        try (Socket socket = new Socket(server.getInetAddress(), server.getLocalPort())) {
            Conversation conversation = new Conversation(socket, 1);
            assertThatThrownBy(() -> conversation.untilDeadline(System.nanoTime() + 1_000_000_000L))
                    .isInstanceOf(IOException.class)
                    .hasMessage("reply: '-ERR no' (expected: a status, a number or a value)");
        }
    }

    @Test
    void noticesAnAdminApiThatRefuses() throws InterruptedException {
        status = 503;

        assertThat(rehearsal().run()).isFalse();
    }

    @Test
    void goesWithoutListenersThatAreOff() throws InterruptedException {
        assertThat(new Rehearsal(List.of("READY", "nodes=127.0.0.1:1"), Duration.ofMillis(50)).run()).isTrue();
    }

    private Rehearsal rehearsal() {
        return new Rehearsal(List.of("READY", "plain=localhost:" + server.getLocalPort(),
                "admin=http://" + server.getInetAddress().getHostAddress() + ":" + admin.getAddress().getPort()),
                Duration.ofMillis(300));
    }

    private void accept() {
        try {
            while (true) {
                Socket client = server.accept();
                Thread.ofVirtual().start(() -> serve(client));
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    private void serve(Socket client) {
        try (client;
                BufferedReader in = new BufferedReader(new InputStreamReader(client.getInputStream(), US_ASCII));
                OutputStream out = client.getOutputStream()) {
            while (true) {
                int arguments = Integer.parseInt(line(in).substring(1));
                line(in);
                String name = line(in);
                for (int i = 1; i < arguments; i++) {
                    line(in);
                    line(in);
                }
                commands.add(name);
                out.write((name.equals("GET") ? getReply : "+OK\r\n").getBytes(US_ASCII));
            }
        } catch (IOException gone) {
            // The client is done.
        }
    }

    private static String line(BufferedReader in) throws IOException {
        String line = in.readLine();
        if (line == null) {
            throw new EOFException();
        }
        return line;
    }
}
