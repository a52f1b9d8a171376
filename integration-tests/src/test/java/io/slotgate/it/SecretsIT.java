package io.slotgate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slotgate.deploy.dev.DevCertificates;
import io.slotgate.deploy.dev.LocalCluster;
import io.slotgate.deploy.dev.LocalNode;
import io.slotgate.proxy.ports.TestPorts;
import io.slotgate.topology.model.HostPort;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * A proxy with a secret everywhere one can be configured, which logs all it can: nothing it says, to whomever and however it is asked, has
 * any of them in it; and what people type that may be one is in no log and in nobody else's answer.
 */
@Timeout(300)
class SecretsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** Nobody listens there. */
    private static final String NOWHERE = "http://127.0.0.1:1";

    @TempDir
    static Path folder;

    /** By what they are for. */
    private static final Map<String, String> configured = new LinkedHashMap<>();
    /** Given by people who ask. */
    private static final Map<String, String> typed = new LinkedHashMap<>();
    private static final Map<String, String> ready = new HashMap<>();
    private static LocalCluster cluster;
    private static Process proxy;
    private static HttpClient http;

    /** Something a secret would be recognised in. */
    private record Said(String where, String text) {}

    @BeforeAll
    static void start() throws IOException, GeneralSecurityException {
        for (String name : List.of("upstream password", "password of a user", "other password of a user",
                "upstream password of a user", "password of a user with rules", "token of a viewer",
                "token of an operator", "token of an admin", "AWS secret key", "AWS session token",
                "header of a collector")) {
            configured.put(name, "S3cret-" + Integer.toHexString(name.hashCode()) + "-" + configured.size());
        }
        for (String name : List.of("wrong token", "wrong password", "password of HELLO", "password of another command",
                "setting", "member of a body", "broken body", "parameter")) {
            typed.put(name, "Typed-" + Integer.toHexString(name.hashCode()) + "-" + typed.size());
        }
        DevCertificates nodes = certificates("nodes");
        DevCertificates listeners = certificates("listeners");
        DevCertificates admins = certificates("admins");
        DevCertificates fleet = certificates("fleet");
        cluster = LocalCluster.builder(folder.resolve("cluster")).shards(3).replicas(0)
                .password(secret("upstream password")).tls(nodes).start();
        for (LocalNode node : cluster.nodes()) {
            node.call("ACL", "SETUSER", "behind", "on", ">" + secret("upstream password of a user"), "~*", "&*",
                    "+@all");
        }
        Path passwords = Files.writeString(folder.resolve("behind.password"), secret("upstream password of a user"));
        Path config = Files.writeString(folder.resolve("slotgate.yaml"),
                yaml(nodes, listeners, admins, fleet, passwords));
        proxy = slotgate(folder.resolve("log"), "serve", "--config", config.toString());
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(out(folder.resolve("log")))
                .as("READY, or see %s", Files.readString(folder.resolve("log"))).endsWith("\n"));
        for (String word : out(folder.resolve("log")).strip().substring("READY ".length()).split(" ")) {
            ready.put(word.substring(0, word.indexOf('=')), word.substring(word.indexOf('=') + 1));
        }
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, Certificates.trust(admins.ca()).getTrustManagers(), null);
        http = HttpClient.newBuilder().sslContext(context).build();
    }

    @AfterAll
    static void stop() throws IOException {
        if (http != null) {
            http.close();
        }
        proxy.destroyForcibly().onExit().join();
        cluster.close();
    }

    private static DevCertificates certificates(String name) throws IOException {
        DevCertificates made = DevCertificates.in(Files.createDirectories(folder.resolve(name)));
        // A line in the middle: the first says only what kind of key it is.
        configured.put("key of the " + name, Files.readAllLines(made.key()).get(2));
        return made;
    }

    private static String secret(String name) {
        return Objects.requireNonNull(configured.getOrDefault(name, typed.get(name)), name);
    }

    /** Of a hash, which is no help to whoever has it, nobody else need hear either. */
    private static String hash(String name) {
        String hash = UsersIT.sha256(secret(name));
        configured.put("hash of the " + name, hash);
        return hash;
    }

    private static String yaml(DevCertificates nodes, DevCertificates listeners, DevCertificates admins,
            DevCertificates fleet, Path passwords) throws IOException {
        int port = TestPorts.take(1).getFirst();
        return """
                listen:
                  client: {host: 127.0.0.1, port: 0}
                  read: none
                  plain: {host: 127.0.0.1, port: 0}
                  tls: {certificate: %s, key: %s}
                upstream:
                  seeds: [%s]
                  password-env: IT_UPSTREAM_PASSWORD
                  tls: {ca: %s, certificate: %s, key: %s}
                auth:
                  users:
                    - name: app
                      password-sha256: [%s, %s]
                      upstream-user: behind
                      upstream-password-file: %s
                    - name: ruled
                      password-sha256: [%s]
                      rules: ['~*', '&*', '+@all']
                  pass-through: true
                slowlog: {log-slower-than: 0ms, max-len: 1000}
                facade: {allow: [CONFIG SET, CONFIG GET, ACL LIST]}
                admin:
                  endpoint: {host: 127.0.0.1, port: 0}
                  tls: {certificate: %s, key: %s}
                  login-failures: 100000
                  tokens:
                    - {name: alice, role: viewer, sha256: %s}
                    - {name: bob, role: operator, sha256: %s}
                    - {name: carol, role: admin, sha256: %s}
                fleet:
                  name: cache
                  discovery: static
                  member: p0
                  bind: {host: 127.0.0.1, port: %d}
                  peers: ['127.0.0.1:%d']
                  tls: {certificate: %s, key: %s, ca: %s}
                  voters: [p0]
                  data: %s
                dns: {hosted-zone: Z1, name: cache.example.com, address: 127.0.0.1, interval: 1s, region: eu-central-1, endpoint: '%s'}
                metrics:
                  otlp: {url: '%s/v1/metrics', interval: 1s}
                  cloudwatch: {region: eu-central-1, interval: 1s, endpoint: '%s'}
                traces: {endpoint: '%s/v1/traces', one-in: 1, slow: true}
                workers: 2
                """
                .formatted(listeners.certificate(), listeners.key(),
                        cluster.seeds().stream().map(HostPort::toString).collect(Collectors.joining(", ")), nodes.ca(),
                        nodes.certificate(), nodes.key(), hash("password of a user"), hash("other password of a user"),
                        passwords, hash("password of a user with rules"), admins.certificate(), admins.key(),
                        hash("token of a viewer"), hash("token of an operator"), hash("token of an admin"), port, port,
                        fleet.certificate(), fleet.key(), fleet.ca(), folder.resolve("agreed"), NOWHERE, NOWHERE,
                        NOWHERE,
                        NOWHERE);
    }

    private static Process slotgate(Path log, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx256m",
                "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"), "io.slotgate.deploy.Main"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(log.toFile())
                .redirectOutput(log.resolveSibling(log.getFileName() + ".out").toFile());
        builder.environment().putAll(Map.of("SLOTGATE_LOG_LEVEL", "trace", "SLOTGATE_LOG_FORMAT", "json",
                "IT_UPSTREAM_PASSWORD", secret("upstream password"), "AWS_ACCESS_KEY_ID", "AKIDEXAMPLE",
                "AWS_SECRET_ACCESS_KEY", secret("AWS secret key"), "AWS_SESSION_TOKEN", secret("AWS session token"),
                "OTEL_EXPORTER_OTLP_HEADERS", "authorization=" + secret("header of a collector")));
        return builder.start();
    }

    /** What a process wrote to standard output that logs there. */
    private static String out(Path log) throws IOException {
        return Files.readString(log.resolveSibling(log.getFileName() + ".out"));
    }

    private static HttpResponse<String> call(String method, String path, @Nullable String token, @Nullable String body)
            throws IOException, InterruptedException {
        return http.send(request(method, path, token, body).build(), BodyHandlers.ofString());
    }

    private static HttpRequest.Builder request(String method, String path, @Nullable String token,
            @Nullable String body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(ready.get("admin") + path)).timeout(PATIENCE)
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (body != null) {
            request.header("Content-Type", "application/json");
        }
        return token == null ? request : request.header("Authorization", "Bearer " + token);
    }

    private static Said said(String method, String path, @Nullable String token, @Nullable String body)
            throws IOException, InterruptedException {
        HttpResponse<String> answer = call(method, path, token, body);
        return new Said(method + " " + path + " " + answer.statusCode(), answer.headers().map() + "\n" + answer.body());
    }

    private static Wire client() throws IOException {
        return Wire.open(HostPort.parse(ready.getOrDefault("plain", "")).port());
    }

    /** What clients send that has a secret in it, and what they are answered. */
    private static List<Said> clients() throws IOException {
        List<Said> said = new ArrayList<>();
        try (Wire wire = client()) {
            for (String[] command : new String[][]{{"AUTH", "app", secret("wrong password")},
                {"AUTH", "nobody", secret("wrong password")}, {"AUTH", secret("wrong password")},
                {"HELLO", "3", "AUTH", "app", secret("password of HELLO"), "SETNAME", "me"},
                {"AUTH", "app", secret("password of a user")}, {"GET", "k"}, {"SET", "k", "v"},
                {"CONFIG", "SET", "masterauth", secret("password of another command")},
                {"ACL", "SETUSER", "x", ">" + secret("password of another command")},
                {"MIGRATE", "127.0.0.1", "1", "k", "0", "10", "AUTH", secret("password of another command")},
                {"AUTH", "ruled", secret("password of a user with rules")}, {"GET", "k"}, {"CLIENT", "LIST"},
                {"HELLO", "2", "AUTH", "app", secret("other password of a user")}, {"INFO"}, {"SLOWLOG", "GET", "-1"},
                {"CLIENT", "INFO"}, {"ACL", "WHOAMI"}}) {
                said.add(new Said("answer to " + command[0], wire.raw(command)));
            }
            assertThat(wire.raw("ACL", "WHOAMI")).contains("app");
        }
        return said;
    }

    /** Every GET of the contract, with a token, without, and with a wrong one. */
    private static List<Said> everything() throws IOException, InterruptedException {
        List<Said> said = new ArrayList<>();
        JsonNode contract;
        try (InputStream file = SecretsIT.class.getResourceAsStream("/io/slotgate/admin/openapi.yaml")) {
            contract = new YAMLMapper().readTree(Objects.requireNonNull(file));
        }
        Set<String> asked = new HashSet<>();
        for (Map.Entry<String, JsonNode> path : contract.path("paths").properties()) {
            if (path.getValue().has("get") && !path.getKey().endsWith("/live") && !path.getKey().contains("{file}")) {
                String filled = path.getKey().replace("{slot}", "5").replace("{id}", "1")
                        + (path.getKey().endsWith("/route") ? "?key=k" : "");
                asked.add(path.getKey());
                for (String token : new String[]{null, secret("wrong token"), secret("token of a viewer"),
                    secret("token of an admin")}) {
                    said.add(said("GET", filled, token, null));
                }
            }
        }
        assertThat(asked).contains("/metrics", "/readyz", "/api/v1/settings", "/api/v1/audit", "/api/v1/limits")
                .hasSizeGreaterThan(25);
        return said;
    }

    private static Said stream() throws IOException, InterruptedException {
        StringBuilder text = new StringBuilder();
        HttpResponse<InputStream> answer = http.send(
                request("GET", "/api/v1/live", secret("token of a viewer"), null).build(),
                BodyHandlers.ofInputStream());
        try (InputStream body = answer.body();
                BufferedReader lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))) {
            Set<String> events = new HashSet<>();
            while (!events.containsAll(Set.of("topology", "figures", "settings", "event"))) {
                String line = lines.readLine();
                assertThat(line).as("the stream ended after %s", events).isNotNull();
                if (line.startsWith("event:") && events.add(line.substring(6).strip()) && events.size() == 1) {
                    // It is settled: from now on what changes is told.
                    call("PATCH", "/api/v1/settings", secret("token of an admin"),
                            "{\"set\":{\"upstream.failover-patience\":\"8s\"}}");
                }
                text.append(line).append('\n');
            }
        }
        return new Said("GET /api/v1/live", text.toString());
    }

    /** Requests that are wrong, by who may do everything; the answers are theirs alone. */
    private static List<Said> mistakes() throws IOException, InterruptedException {
        String token = secret("token of an admin");
        return List.of(
                said("PATCH", "/api/v1/settings", token,
                        "{\"set\":{\"upstream.password\":\"" + secret("setting") + "\"}}"),
                said("PATCH", "/api/v1/settings", token, "{\"set\":{\"nonsense\":\"" + secret("setting") + "\"}}"),
                said("POST", "/api/v1/drain", token, "{\"password\":\"" + secret("member of a body") + "\"}"),
                said("POST", "/api/v1/clients/kill", token, "{\"ids\":[\"" + secret("member of a body") + "\"]}"),
                said("POST", "/api/v1/clients/kill", token, "{\"user\": " + secret("broken body")),
                said("GET", "/api/v1/clients?after=" + secret("parameter"), token, null),
                said("GET", "/api/v1/status?token=" + secret("parameter"), token, null),
                said("GET", "/api/v1/" + secret("parameter"), token, null),
                said("POST", "/api/v1/shards/" + secret("parameter") + "/failover", token, "{}"),
                said("DELETE", "/api/v1/operations/" + secret("parameter"), token, null));
    }

    private static Said check(String name, String config) throws IOException, InterruptedException {
        Path file = Files.writeString(folder.resolve(name + ".yaml"), config);
        Path log = folder.resolve(name + ".log");
        Process check = slotgate(log, "check", "--config", file.toString());
        assertThat(check.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        String out = out(log);
        assertThat(out).isNotBlank();
        return new Said("check of " + name + ".yaml (" + check.exitValue() + ")", out + Files.readString(log));
    }

    /** As it is, and as people get it wrong: with the secret itself where its hash or its file belongs, and with a line broken. */
    private static List<Said> checks() throws IOException, InterruptedException {
        String right = Files.readString(folder.resolve("slotgate.yaml"));
        String user = secret("hash of the password of a user");
        String token = secret("hash of the token of an admin");
        List<Said> said = List.of(check("right", right),
                check("plain", right.replace(user, secret("password of a user"))
                        .replace(token, secret("token of an admin"))
                        .replace("password-env: IT_UPSTREAM_PASSWORD",
                                "password: " + secret("upstream password"))),
                check("file", right.replace("password-env: IT_UPSTREAM_PASSWORD",
                        "password-env: " + secret("upstream password"))),
                check("broken",
                        right.replace("sha256: " + token + "}", "sha256: '" + secret("token of an admin") + "}")),
                check("number", right.replace("password-sha256: [" + user, "password-sha256: {a: ["
                        + secret("password of a user"))));
        assertThat(said.getFirst().where()).endsWith("(0)");
        assertThat(said.subList(1, said.size())).allSatisfy(each -> assertThat(each.where()).endsWith("(1)"));
        return said;
    }

    @Test
    void noneIsTold() throws Exception {
        List<Said> toOthers = new ArrayList<>();
        toOthers.addAll(clients());
        List<Said> toOneself = mistakes();
        toOthers.add(said("PATCH", "/api/v1/settings", secret("token of an admin"),
                "{\"set\":{\"upstream.failover-patience\":\"9s\"}}"));
        toOthers.add(said("POST", "/api/v1/topology/refresh", secret("token of an operator"), "{}"));
        toOthers.add(said("POST", "/api/v1/topology/refresh", secret("token of a viewer"), "{}"));
        toOthers.addAll(everything());
        toOthers.add(stream());
        // What is sent elsewhere has been tried, and has failed.
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(Files.readString(folder.resolve("log")))
                .contains("Figures can't be sent to CloudWatch", "OTLP", "DNS",
                        "Requests to the admin API were refused"));
        toOthers.add(said("GET", "/api/v1/audit", secret("token of a viewer"), null));
        toOthers.add(said("GET", "/metrics", secret("token of a viewer"), null));
        toOthers.add(said("GET", "/api/v1/slowlog?limit=1000", secret("token of a viewer"), null));

        proxy.destroy();
        assertThat(proxy.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        toOthers.add(new Said("log", Files.readString(folder.resolve("log"))));
        toOthers.add(new Said("standard output", out(folder.resolve("log"))));
        List<Said> all = new ArrayList<>(toOthers);
        all.addAll(toOneself);
        all.addAll(checks());

        assertThat(toOthers.stream().filter(each -> each.where().startsWith("GET /api/v1/slowlog"))
                .anyMatch(each -> each.text().contains("\"CONFIG\""))).as("commands are in the slow log").isTrue();
        assertThat(found(configured, all)).isEmpty();
        assertThat(found(typed, toOthers)).isEmpty();
    }

    /** Each with a few words around it. */
    private static List<String> found(Map<String, String> secrets, List<Said> all) {
        List<String> found = new ArrayList<>();
        secrets.forEach((name, secret) -> {
            for (Said said : all) {
                int at = said.text().indexOf(secret);
                if (at >= 0) {
                    found.add(name + " in " + said.where() + ": " + said.text().substring(Math.max(0, at - 200),
                            Math.min(said.text().length(), at + secret.length() + 50)));
                }
            }
        });
        return found;
    }
}
