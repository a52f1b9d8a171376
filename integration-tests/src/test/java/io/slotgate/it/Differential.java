package io.slotgate.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Sends the same commands through Slotgate and to a plain server, and compares the replies. Several sessions of either protocol
 * take turns; what one of them sends at a time is answered before the next one is at it, so that there is one right order.
 */
final class Differential implements AutoCloseable {
    private static final int SESSIONS = 4;
    private static final int DIFFERENCES_SHOWN = 25;

    private final long seed;
    private final Random random;
    private final List<Wire> through = new ArrayList<>();
    private final List<Wire> plain = new ArrayList<>();
    private final List<String> differences = new ArrayList<>();
    private int compared;

    /** Opens a connection. */
    interface Opening {
        Wire open() throws IOException;
    }

    Differential(long seed, Opening proxy, Opening server) throws IOException {
        this.seed = seed;
        this.random = new Random(seed);
        for (int i = 0; i < SESSIONS; i++) {
            through.add(proxy.open());
            plain.add(server.open());
        }
        same(0, List.of(List.of("FLUSHALL")));
        for (int i = 0; i < SESSIONS; i++) {
            String protocol = Integer.toString(2 + i % 2);
            through.get(i).call("HELLO", protocol);
            plain.get(i).call("HELLO", protocol);
        }
    }

    Random random() {
        return random;
    }

    /** Takes turns until so many commands were compared. */
    void run(RandomCommands commands, int count, int mostAtOnce) throws IOException {
        int end = compared + count;
        while (compared < end && differences.size() < DIFFERENCES_SHOWN) {
            int size = 1 + random.nextInt(mostAtOnce);
            List<List<String>> batch = new ArrayList<>();
            for (int i = 0; i < size; i++) {
                batch.add(commands.next());
            }
            same(random.nextInt(SESSIONS), batch);
        }
    }

    /** Compares what every key holds. */
    void sameData() throws IOException {
        same(0, List.of(List.of("DBSIZE"), List.of("KEYS", "*")));
        for (String key : RandomCommands.keys()) {
            same(0, List.of(List.of("TYPE", key), List.of("PEXPIRETIME", key), List.of(switch (key.charAt(0)) {
                case 'h' -> "HGETALL";
                case 'e' -> "SMEMBERS";
                default -> "STRLEN";
            }, key), List.of("LRANGE", key, "0", "-1"), List.of("ZRANGE", key, "0", "-1", "WITHSCORES"),
                    List.of("XRANGE", key, "-", "+"), List.of("GET", key), List.of("XPENDING", key, "group")));
        }
    }

    private void same(int session, List<List<String>> batch) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        batch.forEach(command -> bytes.writeBytes(Wire.command(command.toArray(String[]::new))));
        through.get(session).write(bytes.toByteArray());
        plain.get(session).write(bytes.toByteArray());
        for (List<String> command : batch) {
            String expected = plain.get(session).readRaw();
            String got = through.get(session).readRaw();
            compared++;
            ReplyRules rule = ReplyRules.of(command.getFirst());
            if (!rule.allows(expected, got)) {
                differences.add("RESP%d %s%n  plain    %s%n  slotgate %s".formatted(2 + session % 2, command,
                        shown(expected), shown(got)));
            }
        }
    }

    private static String shown(String reply) {
        String escaped = reply.replace("\r\n", "\\r\\n");
        return escaped.length() > 300 ? escaped.substring(0, 300) + "..." : escaped;
    }

    /** Fails with all differences, and with the seed that shows them again. */
    void verify() {
        assertThat(differences).as("differences with seed %d after %d commands", seed, compared).isEmpty();
    }

    @Override
    public void close() throws IOException {
        for (Wire each : through) {
            each.close();
        }
        for (Wire each : plain) {
            each.close();
        }
    }
}
