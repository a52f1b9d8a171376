package io.slotgate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slotgate.proxy.config.User;
import io.slotgate.proxy.metrics.Metric;
import java.io.EOFException;
import java.io.IOException;
import java.util.Random;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Clients that don't speak the protocol get an error and a closed connection; a client beside them notices nothing. */
@Timeout(120)
class BadInputIT {
    /** Bytes of an inline command, as of a server. */
    private static final int INLINE_LIMIT = 64 * 1024;

    @Nested
    class Open {
        @RegisterExtension
        static final ProxyFixture proxy = new ProxyFixture().cluster(cluster -> cluster.shards(3).replicas(0));

        private Neighbour neighbour;

        @BeforeEach
        void startNeighbour() throws IOException {
            neighbour = new Neighbour(proxy);
        }

        @AfterEach
        void neighbourNoticedNothing() throws Exception {
            neighbour.close();
        }

        @ParameterizedTest
        @CsvSource(delimiter = '|', textBlock = """
                *x\\r\\n                                       | invalid multibulk length
                *99999999999999999999\\r\\n                    | invalid multibulk length
                *2147483648\\r\\n                              | invalid multibulk length
                *1048577\\r\\n                                 | invalid multibulk length
                *1\\r\\nGET\\r\\n                              | expected '$', got 'G'
                *2\\r\\n$3\\r\\nGET\\r\\n:1\\r\\n              | expected '$', got ':'
                *2\\r\\n$3\\r\\nGET\\r\\n$x\\r\\n              | invalid bulk length
                *2\\r\\n$3\\r\\nGET\\r\\n$-1\\r\\n             | invalid bulk length
                *2\\r\\n$3\\r\\nGET\\r\\n$-99\\r\\n            | invalid bulk length
                *2\\r\\n$3\\r\\nGET\\r\\n$536870913\\r\\n      | invalid bulk length
                *2\\r\\n$3\\r\\nGET\\r\\n$9223372036854775807\\r\\n | invalid bulk length
                *1\\r\\n$1000000000000\\r\\n                   | invalid bulk length
                GET "unbalanced\\r\\n                          | unbalanced quotes in request
                GET 'unbalanced\\r\\n                          | unbalanced quotes in request
                GET "more"behind\\r\\n                         | unbalanced quotes in request
                SET 'two' 'more'behind\\r\\n                   | unbalanced quotes in request
                GET "escaped\\"\\r\\n                        | unbalanced quotes in request
                GET 'of "another kind"\\r\\n                   | unbalanced quotes in request
                """)
        void malformedCommandsAreAnsweredAndTheConnectionIsClosed(String bytes, String error) throws IOException {
            String text = bytes.replace("\\r", "\r").replace("\\n", "\n");
            for (boolean tls : new boolean[]{true, false}) {
                try (Wire client = tls ? proxy.connect() : proxy.connectPlain()) {
                    client.write(Wire.command("SET", "bad", "x"));
                    client.write(text + "PING\r\n");

                    assertThat(client.readToEnd()).isEqualTo("+OK\r\n-ERR Protocol error: " + error + "\r\n");
                }
            }
        }

        @Test
        void linesWithoutAnEndAreBounded() throws IOException {
            for (String start : new String[]{"", "*", "*1\r\n$"}) {
                try (Wire client = proxy.connect()) {
                    byte[] line = (start + "1".repeat(1 << 20)).getBytes(Wire.BYTES);
                    try {
                        client.write(line);
                    } catch (IOException closedMeanwhile) {
                        // As well as afterwards.
                    }
                    assertThat(client.readToEnd()).as(start).satisfiesAnyOf(
                            said -> assertThat(said).startsWith("-ERR Protocol error: ").endsWith("\r\n"),
                            // A reset, for it had not read all of it, may overtake the error.
                            said -> assertThat(said).isEmpty());
                }
            }
        }

        @Test
        void emptyCommandsAreNone() throws IOException {
            try (Wire client = proxy.connect()) {
                client.write("\r\n\r\n*0\r\n*-1\r\n*-5\r\n   \r\nPING\r\n");
                assertThat(client.readRaw()).isEqualTo("+PONG\r\n");
            }
        }

        @Test
        void inlineCommandsAreTaken() throws IOException {
            try (Wire client = proxy.connect()) {
                client.write("set inline \"a b\\x00\"\r\nGET inline\n  mget   inline   'none'  \r\nDEL inline\r\n");
                assertThat(client.readRaw()).isEqualTo("+OK\r\n");
                assertThat(client.read()).isEqualTo("a b\0");
                assertThat(client.readRaw()).isEqualTo("*2\r\n$4\r\na b\0\r\n$-1\r\n");
                assertThat(client.readRaw()).isEqualTo(":1\r\n");
            }
        }

        @Test
        void inlineLinesOfMoreThanTheLimitAreAnErrorBeforeTheirEnd() throws IOException {
            for (boolean tls : new boolean[]{true, false}) {
                try (Wire client = tls ? proxy.connect() : proxy.connectPlain()) {
                    client.write(Wire.command("SET", "bad", "x"));
                    assertThat(client.readRaw()).isEqualTo("+OK\r\n");

                    client.write("PING " + "x".repeat(INLINE_LIMIT - 5) + "x");

                    assertThat(client.readToEnd()).isEqualTo("-ERR Protocol error: too big inline request\r\n");
                }
                try (Wire client = tls ? proxy.connect() : proxy.connectPlain()) {
                    String most = "x".repeat(INLINE_LIMIT - "ECHO \r".length());
                    client.write("ECHO " + most + "\r\n");
                    assertThat(client.read()).isEqualTo(most);
                }
            }
        }

        @Test
        void inlineLinesThatGoOnForLongAreCutOff() throws IOException {
            for (boolean tls : new boolean[]{true, false}) {
                long before = proxy.metric(Metric.PROTOCOL_ERRORS);
                try (Wire client = tls ? proxy.connect() : proxy.connectPlain()) {
                    try {
                        client.write("PING " + "x".repeat(1 << 20));
                    } catch (IOException closedMeanwhile) {
                        // As well as afterwards.
                    }
                    // A reset, for it had not read all of it, may overtake the error.
                    assertThat(client.readToEnd()).isIn("-ERR Protocol error: too big inline request\r\n", "");
                }
                assertThat(proxy.metric(Metric.PROTOCOL_ERRORS)).isEqualTo(before + 1);
            }
        }

        @Test
        void inlineCommandsMayHaveAnyBytesButNul() throws IOException {
            StringBuilder binary = new StringBuilder();
            for (char each = 1; each < 256; each++) {
                // What ends an argument, or quotes one.
                if (!Character.isWhitespace(each) && each != '"' && each != '\'') {
                    binary.append(each);
                }
            }
            for (boolean tls : new boolean[]{true, false}) {
                try (Wire client = tls ? proxy.connect() : proxy.connectPlain()) {
                    client.write("SET binary " + binary + "\r\nGET binary\r\nDEL binary\r\n");
                    assertThat(client.readRaw()).isEqualTo("+OK\r\n");
                    assertThat(client.read()).isEqualTo(binary.toString());
                    assertThat(client.readRaw()).isEqualTo(":1\r\n");

                    client.write("SET binary a\0b\r\nPING\r\n");
                    assertThat(client.readToEnd()).isEqualTo("-ERR Protocol error: NUL byte in inline request\r\n");
                }
            }
        }

        @Test
        void halfACommandIsNoCommand() throws IOException {
            byte[] command = Wire.command("SET", "half", "value");
            for (int length = 1; length < command.length; length++) {
                try (Wire client = length % 2 == 0 ? proxy.connect() : proxy.connectPlain()) {
                    client.write(command, 0, length);
                }
            }
            try (Wire client = proxy.connect()) {
                assertThat(client.raw("EXISTS", "half")).isEqualTo(":0\r\n");
            }
        }

        @Test
        void declaredSizesTakeNoMemoryBeforeTheyArrive() throws IOException {
            // More than the heap and all buffers together, had it been taken at its word.
            Wire[] clients = new Wire[40];
            for (int i = 0; i < clients.length; i++) {
                clients[i] = proxy.connectPlain();
                clients[i].write(i % 2 == 0
                        ? "*3\r\n$3\r\nSET\r\n$1\r\na\r\n$536870912\r\nbegun"
                        : "*1048576\r\n$4\r\nMGET\r\n$536870912\r\n");
            }
            neighbour.awaitRounds(20);
            for (Wire client : clients) {
                client.close();
            }
        }

        @Test
        void bytesOneByOneAreACommand() throws IOException {
            try (Wire client = proxy.connect()) {
                for (byte each : Wire.command("SET", "slowly", "value")) {
                    client.write(new byte[]{each});
                }
                assertThat(client.readRaw()).isEqualTo("+OK\r\n");
            }
        }

        @Test
        void plainTextOnTheTlsPortIsClosed() throws IOException {
            for (int port : new int[]{proxy.server().clientPort(), proxy.server().readPort()}) {
                try (Wire client = Wire.open(port)) {
                    client.send("PING");
                    // Perhaps an alert, in TLS's own words; never a reply.
                    assertThat(client.readToEnd()).doesNotContain("PONG");
                }
            }
        }

        @Test
        void aTlsHandshakeOnThePlainPortIsClosed() {
            assertThatThrownBy(() -> {
                try (Wire client = Wire.open(proxy.sockets(), proxy.server().plainPort())) {
                    client.raw("PING");
                }
            }).isInstanceOfAny(SSLException.class, EOFException.class, java.net.SocketException.class);
        }

        @Test
        void aFarewellOfTlsWithoutAClosedConnectionEndsTheSession() throws IOException {
            try (Wire client = proxy.connect()) {
                assertThat(client.raw("PING")).isEqualTo("+PONG\r\n");
                ((SSLSocket) client.socket()).shutdownOutput();
                assertThat(client.readToEnd()).isEmpty();
            }
        }

        @Test
        void randomBytesOnTheTlsPortsAreClosed() throws IOException {
            Random random = new Random(21);
            for (int i = 0; i < 300; i++) {
                byte[] bytes = new byte[1 + random.nextInt(600)];
                random.nextBytes(bytes);
                if (random.nextBoolean()) {
                    // Looks like a TLS record as far as its length.
                    byte[] header = {22, 3, 1, (byte) random.nextInt(3), (byte) random.nextInt(256)};
                    System.arraycopy(header, 0, bytes, 0, Math.min(header.length, bytes.length));
                }
                try (Wire client = Wire.open(proxy.server().clientPort())) {
                    client.write(bytes);
                    client.socket().shutdownOutput();
                    assertThat(client.readToEnd()).doesNotContain("+", "PONG\r\n");
                }
            }
        }

        /** Every connection begins with a command of its own, whose reply is its own; what follows is anything. */
        @Test
        void randomBytesNeverGetAnotherClientsReply() throws IOException {
            Random random = new Random(22);
            for (int i = 0; i < 1_500; i++) {
                String own = "own" + i;
                try (Wire client = random.nextInt(20) == 0 ? proxy.connect() : proxy.connectPlain()) {
                    client.write(Wire.command("ECHO", own));
                    client.write(Wire.command("GET", "none:" + own));
                    client.write(garbage(random));
                    assertThat(client.read()).isEqualTo(own);
                    assertThat(client.read()).isNull();
                    if (random.nextBoolean()) {
                        client.abort();
                    } else if (!(client.socket() instanceof SSLSocket)) {
                        client.socket().shutdownOutput();
                        assertThat(client.readToEnd()).doesNotContain("neighbour");
                    }
                } catch (IOException resetByTheGarbage) {
                    // It may overtake the replies.
                }
            }
            assertThat(proxy.metric(Metric.PROTOCOL_ERRORS)).isGreaterThan(100);
        }

        private static byte[] garbage(Random random) {
            byte[] bytes = switch (random.nextInt(4)) {
                case 0 -> randomBytes(random);
                case 1 -> Wire.command("MGET", "a".repeat(random.nextInt(500)), "b", "c");
                case 2 -> Wire.command("MSET", "x", "y".repeat(random.nextInt(500)), "z", "y");
                default -> Wire.command("HELLO", "3");
            };
            int mutations = random.nextInt(6);
            for (int i = 0; i < mutations; i++) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            return bytes;
        }

        private static byte[] randomBytes(Random random) {
            byte[] bytes = new byte[1 + random.nextInt(2_000)];
            random.nextBytes(bytes);
            return bytes;
        }
    }

    @Nested
    class WithUsers {
        private static final int BULK = 16 * 1024;

        @RegisterExtension
        static final ProxyFixture proxy = new ProxyFixture().cluster(cluster -> cluster.shards(1).replicas(0)).users(
                new User("default", java.util.List
                        .of("a7937b64b8caa58f03721bb6bacf5c78cb235febe0e70b1b84cd99541461a08e")));

        @Test
        void requestsBeforeAuthAreSmall() throws IOException {
            try (Wire client = proxy.connectPlain()) {
                client.write("*2\r\n$4\r\nAUTH\r\n$" + (BULK + 1) + "\r\n");
                assertThat(client.readToEnd())
                        .isEqualTo("-ERR Protocol error: unauthenticated bulk length\r\n");
            }
            try (Wire client = proxy.connectPlain()) {
                client.write("*11\r\n");
                assertThat(client.readToEnd())
                        .isEqualTo("-ERR Protocol error: unauthenticated multibulk length\r\n");
            }
            try (Wire client = proxy.connectPlain()) {
                assertThat(client.raw("AUTH", "x".repeat(BULK))).startsWith("-WRONGPASS ");
                assertThat(client.raw("AUTH", "first")).isEqualTo("+OK\r\n");
                assertThat(client.raw("SET", "large", "x".repeat(2 * BULK))).isEqualTo("+OK\r\n");
                assertThat(client.raw("DEL", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "large"))
                        .isEqualTo(":1\r\n");
            }
        }

        @Test
        void whatIsPipelinedBehindAFailedAuthIsNotDone() throws IOException {
            try (Wire client = proxy.connect()) {
                client.write(Wire.command("AUTH", "wrong"));
                client.write(Wire.command("SET", "sneaked", "in"));
                client.write(Wire.command("AUTH", "first"));
                client.write(Wire.command("EXISTS", "sneaked"));
                assertThat(client.readRaw()).startsWith("-WRONGPASS ");
                assertThat(client.readRaw()).startsWith("-NOAUTH ");
                assertThat(client.readRaw()).isEqualTo("+OK\r\n");
                assertThat(client.readRaw()).isEqualTo(":0\r\n");
            }
        }
    }
}
