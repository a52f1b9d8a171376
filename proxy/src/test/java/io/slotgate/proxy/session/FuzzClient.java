package io.slotgate.proxy.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotgate.proxy.plane.FakeScripts;
import io.slotgate.proxy.plane.TestClient;
import java.io.EOFException;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A client that does anything in any state, and knows from its {@link FuzzModel} what has to come back. Its keys, channels and
 * values are its own, and each value names it, so that a reply of somebody else's is noticed.
 */
final class FuzzClient {
    static final String SCRIPT = "return ARGV[1]";

    private static final Pattern TOKEN = Pattern.compile("t(\\d+)\\.");

    private final TestClient client;
    private final Map<Integer, FuzzClient> others;
    private final Random random;
    private final int id;
    private final List<String> keys;
    private final FuzzData data;
    private final FuzzModel model;
    private volatile boolean mayBeKilled;
    private int tokens;

    /**
     * @param others all clients by the ids the proxy gave them
     * @param keys one for each node
     * @param mayFail whether nodes are cut off, so that what becomes of a write may stay unknown
     */
    FuzzClient(TestClient client, Map<Integer, FuzzClient> others, Random random, List<String> keys,
            boolean mayFail) {
        this.client = client;
        this.others = others;
        this.random = random;
        this.keys = keys;
        this.id = Integer.parseInt(client.call("CLIENT", "ID"));
        this.data = new FuzzData(mayFail);
        this.model = new FuzzModel(data);
        others.put(id, this);
    }

    /** Goes on until it leaves or is made to. */
    void run(int rounds) {
        try {
            for (int round = 0; round < rounds && !model.ends(); round++) {
                if (!talk()) {
                    break;
                }
            }
        } catch (UncheckedIOException e) {
            assertThat(e.getCause()).isInstanceOfAny(EOFException.class, SocketException.class);
            assertThat(mayBeKilled || model.ends() || data.mayEnd())
                    .as("the connection ends before the answer to %s: %s",
                            model.expected(), e)
                    .isTrue();
        } finally {
            others.remove(id);
            if (random.nextBoolean()) {
                client.reset();
            } else {
                client.close();
            }
        }
    }

    /** Sends some commands and reads the replies; false if it leaves before. */
    private boolean talk() {
        model.begin();
        for (int i = random.nextInt(10); i >= 0 && !model.ends(); i--) {
            next();
        }
        String commands = model.commands();
        int replies = model.expected().size();
        int leaving = random.nextInt(40);
        if (leaving == 0) {
            client.send(commands.substring(0, random.nextInt(commands.length() + 1)));
            return false;
        }
        int read = leaving == 1 ? random.nextInt(replies + 1) : replies;
        if (random.nextInt(4) > 0) {
            client.send(commands);
            return readReplies(read);
        }
        Thread sending = client.sendInPieces(commands, random);
        boolean goesOn = readReplies(read);
        try {
            if (goesOn) {
                sending.join();
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        return goesOn;
    }

    /** Returns whether it has all replies. */
    private boolean readReplies(int read) {
        List<FuzzModel.Expected> expected = model.expected();
        for (FuzzModel.Expected each : expected.subList(0, read)) {
            Object reply = each.silent() ? null : reply();
            assertThat(each.outcome().allows(reply)).as("reply to %s: %s, after %s", each.command(), reply, expected)
                    .isTrue();
        }
        return read == expected.size();
    }

    /** The next reply; what was published may come before it. */
    private Object reply() {
        while (true) {
            Object reply = client.tree();
            Matcher owners = TOKEN.matcher(reply.toString());
            while (owners.find()) {
                assertThat(owners.group(1)).as("whose reply came to client %s: %s", id, reply)
                        .isEqualTo(String.valueOf(id));
            }
            boolean message = reply instanceof List<?> list && !list.isEmpty()
                    && list.getFirst() instanceof String kind && kind.matches("[ps]?message");
            if (!message) {
                return reply;
            }
        }
    }

    // ---- commands

    private String token() {
        return "t" + id + "." + tokens++;
    }

    private String anyKey() {
        // Mostly on one slot, or hardly a transaction would do anything.
        String key = keys.get(random.nextInt(4) > 0 ? 0 : random.nextInt(keys.size()));
        return random.nextInt(3) == 0 ? "{" + key + "}2" : key;
    }

    private String list() {
        return "{" + keys.get(random.nextInt(4) > 0 ? 0 : random.nextInt(keys.size())) + "}list";
    }

    private void next() {
        switch (random.nextInt(36)) {
            case 0, 1, 2 -> {
                String key = anyKey();
                String value = token();
                model.keyed(key, data.set(key, value), "SET", key, value);
            }
            case 3, 4, 5 -> {
                String key = anyKey();
                model.keyed(key, data.get(key), "GET", key);
            }
            case 6 -> model.multiGet(keys);
            case 7 -> {
                String value = token();
                model.plain(value::equals, "ECHO", value);
            }
            case 8 -> model.ping(token());
            case 9, 10, 11 -> model.multi();
            case 12, 13, 14 -> model.exec();
            case 15 -> model.discard();
            case 16, 17 -> model.watch(anyKey());
            case 18 -> model.unwatch();
            case 19, 20 -> {
                int kind = random.nextInt(3);
                model.subscribe(kind, channel(kind, random.nextInt(3)), channel(kind, random.nextInt(3)));
            }
            case 21 -> model.unsubscribe(random.nextInt(3));
            case 22 -> {
                String channel = channel(random.nextInt(2) * 2, random.nextInt(3));
                model.plain(data.published(), "PUBLISH", channel, token());
            }
            case 23 -> {
                String key = list();
                model.keyed(key, data.pop(key), "BLPOP", key, "0.003");
            }
            case 24 -> {
                String key = list();
                String value = token();
                model.keyed(key, data.push(key, value), "RPUSH", key, value);
            }
            case 25 -> replies();
            case 26 -> {
                boolean pause = random.nextInt(3) > 0;
                model.session(FuzzData::ok, pause
                        ? new String[]{"CLIENT", "PAUSE", "2", random.nextBoolean() ? "ALL" : "WRITE"}
                        : new String[]{"CLIENT", "UNPAUSE"});
            }
            case 27 -> toOthers();
            case 28, 29 -> model.hello(2 + random.nextInt(2));
            case 30 -> model.reset();
            case 31 -> {
                String key = anyKey();
                String value = token();
                String[] words = random.nextInt(3) == 0
                        ? new String[]{"EVAL", SCRIPT, "1", key, value}
                        : new String[]{"EVALSHA", FakeScripts.sha(SCRIPT), "1", key, value};
                model.keyed(key, data.script(value), words);
            }
            case 32 -> wrong();
            case 33 -> {
                String key = anyKey();
                String value = token() + "x".repeat(random.nextInt(4) == 0 ? 90_000 : 12_000);
                model.keyed(key, data.set(key, value), "SET", key, value);
            }
            case 34 -> {
                if (!model.isQueueing()) {
                    model.plain(reply -> FuzzData.integer(reply) || FuzzData.unblocked(reply), "WAIT", "0", "1");
                }
            }
            default -> {
                if (random.nextInt(12) == 0) {
                    end();
                } else {
                    model.session(FuzzData::ok, random.nextBoolean() ? "READONLY" : "ASKING");
                }
            }
        }
    }

    private String channel(int kind, int number) {
        String tag = kind == 2 ? "{" + keys.getFirst() + "}" : "";
        return tag + "c" + id + "." + (kind == 1 ? "*" : number);
    }

    private void replies() {
        if (!model.isFree()) {
            model.session(FuzzData::ok, "CLIENT", "REPLY", "ON");
        } else if (model.isSilenced() && random.nextInt(3) > 0) {
            model.replies(FuzzModel.Replies.ON);
        } else {
            model.replies(FuzzModel.Replies.any(random));
        }
    }

    private void toOthers() {
        List<Integer> ids = List.copyOf(others.keySet());
        if (ids.isEmpty()) {
            return;
        }
        int other = ids.get(random.nextInt(ids.size()));
        if (random.nextInt(3) == 0 && other != id && model.isFree()) {
            FuzzClient victim = others.get(other);
            if (victim != null) {
                victim.mayBeKilled = true;
            }
            model.session(FuzzData::integer, "CLIENT", "KILL", "ID", String.valueOf(other));
        } else {
            model.session(FuzzData::integer, "CLIENT", "UNBLOCK", String.valueOf(other),
                    random.nextBoolean() ? "ERROR" : "TIMEOUT");
        }
    }

    private void wrong() {
        switch (random.nextInt(4)) {
            case 0 -> model.wrong("GET");
            case 1 -> model.wrong("NOSUCH", keys.getFirst());
            case 2 -> model.wrong("CLIENT", "NOSUCH");
            default -> model.wrong("SELECT", "1");
        }
    }

    private void end() {
        if (random.nextBoolean()) {
            model.quit();
        } else {
            model.nonsense();
        }
    }
}
