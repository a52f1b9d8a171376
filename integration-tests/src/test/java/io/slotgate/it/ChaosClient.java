package io.slotgate.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A client that sends anything, legal or not, in any state. What it writes and publishes names it, so that a reply of somebody
 * else's is noticed; after a while it does RESET, from which on every reply is known.
 *
 * <p>In a form stand {@code K L H X} for a key of its own that holds a string, list, hash or stream, {@code C} and {@code S} for
 * a channel and a shard channel of its own, {@code V} for a value, {@code B} for a large one, {@code O} for the id of some
 * client.
 */
final class ChaosClient {
    static final String SCRIPT = "return ARGV[1]";
    private static final String SHA = "098e0f0d1448c0a81dafe820f66d460eb09263da";
    private static final Pattern TOKEN = Pattern.compile("tok:(\\d+):");
    private static final AtomicInteger NUMBERS = new AtomicInteger();

    private static final List<String> FORMS = """
            SET K V
            SET K V
            SET K B
            GET K
            GET K
            APPEND K V
            MGET K K K
            MSET K V K V
            DEL K L
            HSET H V V
            HGETALL H
            RPUSH L V V
            LRANGE L 0 -1
            BLPOP L 0.01
            BLMOVE L L LEFT RIGHT 0.01
            XADD X * f V
            XREAD BLOCK 5 STREAMS X $
            XRANGE X - + COUNT 3
            WAIT 0 5
            MULTI
            MULTI
            MULTI
            EXEC
            EXEC
            EXEC
            DISCARD
            WATCH K
            WATCH K L
            UNWATCH
            SUBSCRIBE C C
            PSUBSCRIBE C*
            SSUBSCRIBE S
            UNSUBSCRIBE
            PUNSUBSCRIBE
            SUNSUBSCRIBE
            PUBLISH C V
            SPUBLISH S V
            PUBSUB NUMSUB C
            HELLO 2
            HELLO 3
            HELLO 3
            HELLO 4
            RESET
            CLIENT REPLY ON
            CLIENT REPLY OFF
            CLIENT REPLY SKIP
            CLIENT PAUSE 3 ALL
            CLIENT PAUSE 3 WRITE
            CLIENT UNPAUSE
            CLIENT KILL ID O
            CLIENT UNBLOCK O
            CLIENT UNBLOCK O ERROR
            CLIENT GETNAME
            CLIENT SETNAME chaos
            CLIENT LIST
            CLIENT INFO
            CLIENT NO-TOUCH ON
            CLIENT TRACKING ON
            SELECT 0
            SELECT 1
            READONLY
            READWRITE
            ASKING
            AUTH nobody wrong
            EVAL SCRIPT 1 K V
            EVALSHA SHA 1 K V
            EVALSHA SHA 1 K V
            EVAL nonsense 0
            SCRIPT EXISTS SHA
            SCAN 0 COUNT 5
            DBSIZE
            PING V
            PING
            ECHO V
            NOSUCH K
            GET
            MONITOR
            QUIT
            """.lines().toList();

    private final Wire wire;
    private final Random random;
    private final Map<Long, ChaosClient> all;
    private final int number = NUMBERS.incrementAndGet();
    private final long id;
    private volatile boolean mayBeKilled;
    private boolean leaves;
    private int tokens;

    /** @param all clients by the ids the proxy gave them */
    ChaosClient(Wire wire, Random random, Map<Long, ChaosClient> all) throws IOException {
        this.wire = wire;
        this.random = random;
        this.all = all;
        this.id = Long.parseLong(String.valueOf(wire.call("CLIENT", "ID")));
        all.put(id, this);
    }

    /** Goes on until it leaves or is made to. */
    void run(int rounds) throws IOException {
        try {
            for (int round = 0; round < rounds && !leaves; round++) {
                talk();
            }
        } catch (IOException e) {
            assertThat(mayBeKilled || leaves).as("the connection ends: %s", e).isTrue();
        } finally {
            all.remove(id);
            if (random.nextBoolean()) {
                wire.abort();
            } else {
                wire.close();
            }
        }
    }

    private void talk() throws IOException {
        ByteArrayOutputStream commands = new ByteArrayOutputStream();
        for (int i = random.nextInt(12); i >= 0; i--) {
            commands.writeBytes(Wire.command(words()));
        }
        if (random.nextInt(30) == 0) {
            leaves = true;
            if (random.nextBoolean()) {
                // In the middle of a command, perhaps.
                wire.write(commands.toByteArray(), 0, random.nextInt(commands.size()));
                return;
            }
            commands.writeBytes("*1\r\n+nonsense\r\n".getBytes(Wire.BYTES));
        }
        String last = token();
        commands.writeBytes(Wire.command("RESET"));
        commands.writeBytes(Wire.command("ECHO", last));
        wire.write(commands.toByteArray());
        String expected = "$" + last.length() + "\r\n" + last + "\r\n";
        while (!reply().equals(expected)) {
            // Whatever: it was its own.
        }
        String value = token();
        String key = key("last");
        assertThat(wire.raw("SET", key, value)).isEqualTo("+OK\r\n");
        assertThat(wire.raw("GET", key)).endsWith("\r\n" + value + "\r\n");
    }

    private String reply() throws IOException {
        String reply = wire.readRaw();
        Matcher owners = TOKEN.matcher(reply);
        while (owners.find()) {
            assertThat(owners.group(1)).as("whose reply came: %s", reply).isEqualTo(String.valueOf(number));
        }
        return reply;
    }

    private String token() {
        return "tok:" + number + ":" + tokens++;
    }

    /** Mostly on one slot. */
    private String key(String kind) {
        return kind + ":{" + number + (random.nextInt(4) == 0 ? "-" + random.nextInt(5) : "") + "}";
    }

    private String[] words() {
        String form = FORMS.get(random.nextInt(FORMS.size()));
        String[] words = form.split(" ");
        if (words[0].equals("QUIT")) {
            boolean quits = random.nextInt(10) == 0;
            leaves |= quits;
            words[0] = quits ? "QUIT" : "PING";
        }
        for (int i = 1; i < words.length; i++) {
            words[i] = switch (words[i]) {
                case "K", "L", "H", "X" -> key(words[i]);
                case "V" -> token();
                case "B" -> token() + "x".repeat(random.nextInt(200_000));
                case "C" -> "chan:{" + number + "}:" + random.nextInt(3);
                case "C*" -> "chan:{" + number + "}*";
                case "S" -> "shard:{" + number + "}";
                case "SCRIPT" -> SCRIPT;
                case "SHA" -> SHA;
                case "O" -> other(words[1].equals("KILL"));
                default -> words[i];
            };
        }
        return words;
    }

    private String other(boolean kill) {
        List<ChaosClient> some = List.copyOf(all.values());
        if (some.isEmpty() || (kill && random.nextInt(4) > 0)) {
            return "0";
        }
        ChaosClient other = some.get(random.nextInt(some.size()));
        other.mayBeKilled |= kill;
        return String.valueOf(other.id);
    }
}
