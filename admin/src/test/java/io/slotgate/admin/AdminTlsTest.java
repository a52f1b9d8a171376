package io.slotgate.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slotgate.admin.view.FakeProxy;
import io.slotgate.proxy.config.Admin;
import io.slotgate.proxy.config.AdminTls;
import io.slotgate.proxy.config.Endpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class AdminTlsTest {
    @TempDir
    Path folder;

    private TlsFiles files;
    private @Nullable AdminServer server;

    @BeforeEach
    void write() throws IOException {
        files = new TlsFiles().writeTo(folder);
    }

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    private void start(boolean mutual) throws IOException {
        AdminTls tls = new AdminTls(folder.resolve("server.pem"), folder.resolve("server.key"),
                mutual ? folder.resolve("ca.pem") : null);
        AdminServer started = AdminServer.start(new Admin(true, new Endpoint("0.0.0.0", 0), tls, Tokens.all()));
        server = started;
        started.attach(new FakeProxy());
    }

    private int port() {
        return Objects.requireNonNull(server).port();
    }

    private String ask(SSLContext context, String protocol, String host) throws IOException {
        try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(),
                port())) {
            socket.setEnabledProtocols(new String[]{protocol});
            socket.startHandshake();
            socket.getOutputStream()
                    .write(("GET /api/v1/status HTTP/1.0\r\nHost: " + host + "\r\nAuthorization: Bearer "
                            + Tokens.of("viewer") + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void servesOverTls(String protocol) throws Exception {
        start(false);

        // Whoever may be reached from elsewhere has names that we don't know; the token is what counts.
        assertThat(ask(files.client(), protocol, "gate.example")).startsWith("HTTP/1.1 200 ")
                .contains("\"ready\":true");
    }

    /** The JDK's own clients don't speak it any more, so by hand: a hello that offers TLS 1.1 at most. */
    @Test
    void refusesOlderTls() throws IOException {
        start(false);
        byte[] hello = {22, 3, 1, 0, 45, 1, 0, 0, 41, 3, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
            0, 0, 0, 0,
            0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, (byte) 0xc0, 0x13, 1, 0};

        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
            socket.getOutputStream().write(hello);
            byte[] answer = socket.getInputStream().readAllBytes();

            // A fatal alert: protocol_version.
            assertThat(answer).hasSize(7).startsWith(21).endsWith(2, 70);
        }
    }

    @Test
    void speaksNoPlainHttpThere() throws IOException {
        start(false);

        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
            socket.getOutputStream().write("GET /healthz HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));

            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1))
                    .doesNotContain("ok", "HTTP");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void asksForACertificateWhereOneIsRequired(String protocol) throws Exception {
        start(true);

        assertThat(ask(files.knownClient(), protocol, "localhost")).startsWith("HTTP/1.1 200 ");
        assertThatThrownBy(() -> ask(files.client(), protocol, "localhost")).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> ask(files.strangeClient(), protocol, "localhost")).isInstanceOf(IOException.class);
    }

    @Test
    void saysWhichFileIsNoCertificate() throws IOException {
        Files.writeString(folder.resolve("server.pem"), "nonsense");

        assertThatThrownBy(() -> start(false)).isInstanceOf(IOException.class)
                .hasMessageContaining("server.pem");
    }

    @Test
    void isFoundOutByClientsThatTrustOthers() throws IOException {
        start(false);

        assertThatThrownBy(() -> ask(new TlsFiles().client(), "TLSv1.3", "localhost")).isInstanceOf(SSLException.class);
    }
}
