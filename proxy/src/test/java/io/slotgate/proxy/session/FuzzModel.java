package io.slotgate.proxy.session;

import io.slotgate.proxy.command.SlotHash;
import io.slotgate.proxy.plane.TestClient;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the session of a {@link FuzzClient} is in, followed while commands are made, and what therefore has to come back for each;
 * what its keys hold is followed by {@link FuzzData} while replies are read.
 */
final class FuzzModel {
    /** Kinds of subscriptions, which are named by their places here. */
    private static final String[] VERBS = {"subscribe", "psubscribe", "ssubscribe"};
    private static final int KINDS = VERBS.length;
    private static final int SHARDED = 2;
    private static final int LONGEST_NAME = 60;
    private static final String CROSSED = "-CROSSSLOT Keys in request don't hash to the same slot";
    private static final String ABORTED = "-EXECABORT Transaction discarded because of previous errors.";

    /** What is to be read, if the command isn't silent, and looked at. */
    record Expected(String command, boolean silent, FuzzData.Outcome outcome) {
        @Override
        public String toString() {
            return command;
        }
    }

    /** What CLIENT REPLY says. */
    enum Replies {
        ON, OFF, SKIP;

        static Replies any(Random random) {
            return values()[random.nextInt(values().length)];
        }
    }

    /** A transaction as far as it is queued. */
    private static final class Queue {
        final List<FuzzData.Outcome> outcomes = new ArrayList<>();
        int slot;
        boolean broken;

        Queue(int slot) {
            this.slot = slot;
        }
    }

    private final FuzzData data;
    private final List<Expected> expected = new ArrayList<>();
    private final StringBuilder commands = new StringBuilder();
    private final List<Set<String>> names = new ArrayList<>();
    private int protocol = 2;
    private Replies replies = Replies.ON;
    private @Nullable Queue queue;
    private int watched = -1;
    private boolean ends;

    FuzzModel(FuzzData data) {
        this.data = data;
        for (int kind = 0; kind < KINDS; kind++) {
            names.add(new LinkedHashSet<>());
        }
    }

    /** Begins with new commands; what was before has been sent and read. */
    void begin() {
        expected.clear();
        commands.setLength(0);
    }

    /** What to send. */
    String commands() {
        return commands.toString();
    }

    /** What comes of that, in its order. */
    List<Expected> expected() {
        return expected;
    }

    /** Whether the last of the commands ends the connection. */
    boolean ends() {
        return ends;
    }

    boolean isQueueing() {
        return queue != null;
    }

    boolean isSilenced() {
        return replies == Replies.OFF;
    }

    /** Whether it may do anything: it neither queues nor, in RESP2, listens. */
    boolean isFree() {
        return queue == null && !restricted();
    }

    private boolean restricted() {
        return protocol == 2 && names.stream().anyMatch(each -> !each.isEmpty());
    }

    // ---- commands of all kinds

    private void add(FuzzData.Outcome outcome, String... words) {
        commands.append(TestClient.command(words));
        boolean silent = replies != Replies.ON;
        String name = String.join(" ", words);
        expected.add(new Expected(name.substring(0, Math.min(LONGEST_NAME, name.length())), silent,
                silent ? learning(outcome) : outcome));
        if (replies == Replies.SKIP) {
            replies = Replies.ON;
        }
    }

    /** Nothing comes that could be wrong. */
    private static FuzzData.Outcome learning(FuzzData.Outcome outcome) {
        return reply -> {
            outcome.allows(null);
            return true;
        };
    }

    private void refused(String... words) {
        add(FuzzData::error, words);
    }

    /** A command that may be queued, and has no key. */
    void plain(FuzzData.Outcome outcome, String... words) {
        Queue open = queue;
        if (open != null) {
            if (!open.broken) {
                open.outcomes.add(outcome);
            }
            add(FuzzData::queued, words);
        } else if (restricted()) {
            refused(words);
        } else {
            add(outcome, words);
        }
    }

    void keyed(String key, FuzzData.Outcome outcome, String... words) {
        Queue open = queue;
        int slot = SlotHash.slot(key);
        if (open != null && !open.broken && open.slot >= 0 && open.slot != slot) {
            open.broken = true;
            add(CROSSED::equals, words);
            return;
        }
        if (open != null && !open.broken) {
            open.slot = slot;
        }
        plain(outcome, words);
    }

    /** What the proxy does itself, and not in a transaction; whether it does it now. */
    boolean session(FuzzData.Outcome outcome, String... words) {
        boolean done = isFree();
        if (done) {
            add(outcome, words);
        } else {
            if (queue != null) {
                queue.broken = true;
            }
            refused(words);
        }
        return done;
    }

    /** What no server would do. */
    void wrong(String... words) {
        if (queue != null) {
            queue.broken = true;
        }
        refused(words);
    }

    void multiGet(List<String> keys) {
        List<FuzzData.Outcome> each = keys.stream().map(data::get).toList();
        List<String> words = new ArrayList<>(keys);
        words.addFirst("MGET");
        if (queue == null) {
            plain(reply -> FuzzData.all(each, reply), words.toArray(String[]::new));
        } else {
            queue.broken = true;
            add(CROSSED::equals, words.toArray(String[]::new));
        }
    }

    void ping(String value) {
        if (queue == null && restricted()) {
            add(List.of("pong", value)::equals, "PING", value);
        } else {
            plain(value::equals, "PING", value);
        }
    }

    // ---- transactions

    void multi() {
        if (session(FuzzData::ok, "MULTI")) {
            queue = new Queue(watched);
        }
    }

    void exec() {
        Queue open = queue;
        if (open == null) {
            refused("EXEC");
        } else if (replies != Replies.ON && watched >= 0) {
            // Whether it ran nobody would know.
            discard();
        } else {
            queue = null;
            watched = -1;
            add(open.broken ? data.aborted(ABORTED) : data.exec(open.outcomes), "EXEC");
        }
    }

    void discard() {
        if (queue == null) {
            refused("DISCARD");
        } else {
            queue = null;
            watched = -1;
            add(data.unwatched(FuzzData::ok), "DISCARD");
        }
    }

    void watch(String key) {
        int slot = SlotHash.slot(key);
        boolean crosses = watched >= 0 && watched != slot;
        if (session(crosses ? CROSSED::equals : data.watched(key), "WATCH", key) && !crosses) {
            watched = slot;
        }
    }

    void unwatch() {
        if (isFree()) {
            watched = -1;
            add(data.unwatched(FuzzData::ok), "UNWATCH");
        } else {
            plain(FuzzData::ok, "UNWATCH");
        }
    }

    // ---- subscriptions

    private int count(int kind) {
        return kind == SHARDED ? names.get(SHARDED).size() : names.get(0).size() + names.get(1).size();
    }

    void subscribe(int kind, String first, String second) {
        String[] words = {VERBS[kind], first, second};
        if (queue != null) {
            queue.broken = true;
            refused(words);
        } else if (replies == Replies.ON) {
            for (String name : List.of(first, second)) {
                names.get(kind).add(name);
                confirmed(VERBS[kind], name, kind, words);
            }
            commands.append(TestClient.command(words));
        }
    }

    private void confirmed(String verb, String name, int kind, String... words) {
        Object confirmation = List.of(verb, name, String.valueOf(count(kind)));
        expected.add(new Expected(String.join(" ", words), false, confirmation::equals));
    }

    void unsubscribe(int kind) {
        String verb = VERBS[kind].replace("sub", "unsub");
        if (queue != null) {
            queue.broken = true;
            refused(verb);
        } else if (replies == Replies.ON) {
            List<String> all = List.copyOf(names.get(kind));
            for (String name : all) {
                names.get(kind).remove(name);
                confirmed(verb, name, kind, verb);
            }
            if (all.isEmpty()) {
                confirmed(verb, "(nil)", kind, verb);
            }
            commands.append(TestClient.command(verb));
        }
    }

    // ---- the connection

    /** CLIENT REPLY, if it may be asked for now. */
    void replies(Replies next) {
        boolean silent = next != Replies.ON;
        // SKIP changes nothing while there are none anyway.
        Replies after = next == Replies.SKIP && replies == Replies.OFF ? Replies.OFF : next;
        replies = silent ? Replies.OFF : Replies.ON;
        add(FuzzData::ok, "CLIENT", "REPLY", next.name());
        replies = after;
    }

    void hello(int version) {
        if (session(reply -> String.valueOf(reply).contains("proto, " + version), "HELLO", String.valueOf(version))) {
            protocol = version;
        }
    }

    void reset() {
        queue = null;
        watched = -1;
        protocol = 2;
        // SKIP is about this very reply, as on a server; OFF ends with it.
        replies = replies == Replies.SKIP ? Replies.SKIP : Replies.ON;
        names.forEach(Set::clear);
        add(data.unwatched("RESET"::equals), "RESET");
    }

    void quit() {
        add(FuzzData::ok, "QUIT");
        theEnd();
    }

    void nonsense() {
        add(FuzzData::error, "*1\r\n");
        commands.setLength(commands.length() - TestClient.command("*1\r\n").length());
        commands.append("*1\r\n+x\r\n");
        theEnd();
    }

    private void theEnd() {
        ends = true;
        if (replies == Replies.ON) {
            expected.add(new Expected("the end", false, reply -> false));
        }
    }
}
