package io.slotgate.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

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
    /** By session; empty if none begins a transaction. */
    private final List<TransactionRules> transactions = new ArrayList<>();
    private @Nullable Wire control;
    private final List<String> differences = new ArrayList<>();
    private int compared;

    /** Opens a connection. */
    interface Opening {
        Wire open() throws IOException;
    }

    /** A comparison whose course a seed decides. */
    interface Comparison {
        void run(long seed) throws IOException;
    }

    /** Goes on with new seeds, from {@code -Dslotgate.seed} on, for {@code -Dslotgate.differential}: by default not at all. */
    static void forAsLongAsAsked(Comparison comparison) throws IOException {
        long end = System.nanoTime() + Duration.parse(System.getProperty("slotgate.differential", "PT0S")).toNanos();
        for (long seed = Long.getLong("slotgate.seed", 1000); System.nanoTime() < end; seed++) {
            comparison.run(seed);
        }
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

    /** From now on sessions begin transactions, which differ as {@link TransactionRules} say. */
    Differential transactions(Opening server) throws IOException {
        Wire asked = server.open();
        control = asked;
        plain.forEach(each -> transactions.add(new TransactionRules(each, asked)));
        return this;
    }

    /** Ends all transactions; how often Slotgate refused what the plain server does not. */
    int endTransactions() throws IOException {
        for (int i = 0; i < SESSIONS; i++) {
            same(i, List.of(List.of("DISCARD"), List.of("UNWATCH")));
        }
        return transactions.stream().mapToInt(TransactionRules::refusals).sum();
    }

    Random random() {
        return random;
    }

    /** Takes turns until so many commands were compared. */
    void run(RandomCommands commands, int count, int mostAtOnce) throws IOException {
        int end = compared + count;
        while (compared < end && differences.size() < DIFFERENCES_SHOWN) {
            int size = 1 + random.nextInt(mostAtOnce);
            int session = random.nextInt(SESSIONS);
            List<List<String>> batch = new ArrayList<>();
            List<TransactionRules.Expected> expected = new ArrayList<>();
            for (int i = 0; i < size; i++) {
                List<String> command = transactions.isEmpty()
                        ? commands.next()
                        : commands.next(session, transactions.get(session).bound());
                batch.add(command);
                if (!transactions.isEmpty()) {
                    expected.add(transactions.get(session).ask(command));
                }
            }
            same(session, batch, expected);
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
        List<TransactionRules.Expected> expected = new ArrayList<>();
        for (List<String> command : transactions.isEmpty() ? List.<List<String>>of() : batch) {
            expected.add(transactions.get(session).ask(command));
        }
        same(session, batch, expected);
    }

    /** @param known what is expected if the plain server was asked already, else empty */
    private void same(int session, List<List<String>> batch, List<TransactionRules.Expected> known)
            throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        batch.forEach(command -> bytes.writeBytes(Wire.command(command.toArray(String[]::new))));
        through.get(session).write(bytes.toByteArray());
        if (known.isEmpty()) {
            plain.get(session).write(bytes.toByteArray());
        }
        for (int i = 0; i < batch.size(); i++) {
            List<String> command = batch.get(i);
            TransactionRules.Expected expected = known.isEmpty()
                    ? TransactionRules.same(command.getFirst(), plain.get(session).readRaw())
                    : known.get(i);
            String got = through.get(session).readRaw();
            compared++;
            if (!expected.allows().test(got)) {
                differences.add("RESP%d %s%n  plain    %s%n  slotgate %s".formatted(2 + session % 2, command,
                        shown(expected.plain()), shown(got)));
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
        if (control != null) {
            control.close();
        }
    }
}
