package io.slotgate.deploy.rehearsal;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.net.SocketFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Dashboards and clients of a trial proxy, for some seconds: {@code Rehearsal SECONDS READY plain=… tls=… admin=… ca=…}.
 *
 * <p>In a process of its own, so that nothing of it gets into what the proxy's JVM learns.
 *
 * @see <a href="https://openjdk.org/jeps/515">JEP 515: Ahead-of-Time Method Profiling</a>
 */
public final class Rehearsal {
    private static final int PLAIN_CLIENTS = 8;
    private static final int TLS_CLIENTS = 2;
    private static final int TIMEOUT_MILLIS = 5_000;
    /** What dashboards and scrapers ask for. */
    private static final List<String> PAGES = List.of("/metrics", "/readyz", "/api/v1/status", "/api/v1/topology",
            "/api/v1/commands", "/api/v1/clients", "/api/v1/hotkeys", "/api/v1/slots/heat?only=slots",
            "/api/v1/events");

    private final Map<String, String> ready;
    private final long dashboardsUntil;
    private final long deadline;

    /**
     * @param ready the words of the line that says where the proxy listens
     * @param length for how long; at least a millisecond
     */
    Rehearsal(List<String> ready, Duration length) {
        this.ready = new HashMap<>();
        for (String word : ready) {
            int equals = word.indexOf('=');
            if (equals > 0) {
                this.ready.put(word.substring(0, equals), word.substring(equals + 1));
            }
        }
        long now = System.nanoTime();
        // First, for beside the clients they would hardly get their turn.
        this.dashboardsUntil = now + length.toNanos() * 2 / 5;
        this.deadline = now + length.toNanos();
    }

    public static void main(String[] arguments) throws InterruptedException {
        if (arguments.length < 2) {
            System.err.println(
                    "Rehearsal: " + arguments.length + " arguments (expected: SECONDS and the line with READY)");
            System.exit(2);
        }
        Rehearsal rehearsal = new Rehearsal(List.of(arguments), Duration.ofSeconds(Long.parseLong(arguments[0])));
        System.exit(rehearsal.run() ? 0 : 1);
    }

    /** Does all there is to do and says what that was; returns whether nothing failed. */
    boolean run() throws InterruptedException {
        List<Callable<String>> clients = new ArrayList<>();
        for (int i = 0; i < PLAIN_CLIENTS; i++) {
            clients.add(client("plain", i));
        }
        for (int i = 0; i < TLS_CLIENTS; i++) {
            clients.add(client("tls", PLAIN_CLIENTS + i));
        }
        boolean dashboards = run(List.of(this::look));
        return run(clients) && dashboards;
    }

    /** Every wait of a part is bounded: all of them end soon after the deadline. */
    private static boolean run(List<Callable<String>> parts) throws InterruptedException {
        boolean well = true;
        try (ExecutorService threads = Executors.newFixedThreadPool(parts.size())) {
            for (Future<String> part : threads.invokeAll(parts)) {
                try {
                    System.out.println("Rehearsed: " + part.get());
                } catch (ExecutionException e) {
                    System.out.println("Not rehearsed: " + e.getCause());
                    well = false;
                }
            }
        }
        return well;
    }

    private Callable<String> client(String listener, int number) {
        return () -> {
            String address = ready.get(listener);
            if (address == null) {
                return "no " + listener + " listener";
            }
            SocketFactory sockets = listener.equals("tls") ? trusting(ready.get("ca")) : SocketFactory.getDefault();
            int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
            try (Socket socket = sockets.createSocket(InetAddress.getLoopbackAddress(), port)) {
                socket.setSoTimeout(TIMEOUT_MILLIS);
                return listener + ", commands: " + new Conversation(socket, number).untilDeadline(deadline);
            }
        };
    }

    private static SocketFactory trusting(@Nullable String ca) throws IOException, GeneralSecurityException {
        if (ca == null) {
            throw new IOException("no ca= beside tls= (expected: the file with the certificate authority)");
        }
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        try (InputStream in = Files.newInputStream(Path.of(ca))) {
            trusted.setCertificateEntry("ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context.getSocketFactory();
    }

    private String look() throws IOException, InterruptedException {
        String admin = ready.get("admin");
        if (admin == null) {
            return "no admin listener";
        }
        int pages = 0;
        try (HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            do {
                for (String page : PAGES) {
                    HttpRequest request = HttpRequest.newBuilder(URI.create(admin + page))
                            .timeout(Duration.ofMillis(TIMEOUT_MILLIS)).build();
                    int status = http.send(request, BodyHandlers.discarding()).statusCode();
                    if (status != 200) {
                        throw new IOException(page + ": status " + status + " (expected: 200)");
                    }
                    pages++;
                }
            } while (System.nanoTime() - dashboardsUntil < 0);
        }
        return "admin, pages: " + pages;
    }
}
