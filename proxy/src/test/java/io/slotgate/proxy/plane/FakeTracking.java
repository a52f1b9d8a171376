package io.slotgate.proxy.plane;

import io.slotgate.proxy.command.SlotHash;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Lets the nodes of a cluster say what changes to connections that track in BCAST mode, in RESP3. */
public final class FakeTracking {
    private static final Set<String> WRITES = Set.of("set", "append", "mset", "del", "unlink");

    private record Seat(int node, int connection) {}

    private final FakeCluster cluster;
    /** The prefixes of each connection that tracks; none: all keys. */
    private final Map<Seat, List<String>> seats = new LinkedHashMap<>();
    /** By node: connections with a lower number are closed, and what is still read from them does nothing. */
    private final int[] firstOpen;
    private volatile @Nullable String refusal;
    private volatile boolean silent;
    private volatile boolean mute;
    private @Nullable Random delays;
    private final Map<String, CompletableFuture<?>> held = new HashMap<>();

    public FakeTracking(FakeCluster cluster) {
        this.cluster = cluster;
        this.firstOpen = new int[cluster.size()];
        cluster.rule(this::answer);
    }

    /** Answers CLIENT TRACKING with this error; null: not any more. */
    public void refuse(@Nullable String error) {
        refusal = error;
    }

    /** Does not answer CLIENT TRACKING, or does again. */
    public void silent(boolean silent) {
        this.silent = silent;
    }

    /** Says nothing of changes, or does again. */
    public void mute(boolean mute) {
        this.mute = mute;
    }

    /** Lets replies and what is said of changes come late, each by chance. */
    public synchronized void delay(long seed) {
        delays = new Random(seed);
    }

    /** Holds the answers of a node to one command back until {@code gate} is open. */
    public synchronized void hold(int node, String command, CompletableFuture<?> gate) {
        held.put(node + " " + command, gate);
    }

    private synchronized Answer answer(int node, Command command) {
        if (command.connection() < firstOpen[node]) {
            return Answer.NOTHING;
        }
        if (command.is("client") && command.word(1).equalsIgnoreCase("tracking")) {
            return track(node, command);
        }
        if (command.is("subscribe")) {
            return Answer.raw(">3\r\n$9\r\nsubscribe\r\n" + Answer.bulkText(command.word(1)) + ":1\r\n");
        }
        if (command.is("unsubscribe")) {
            return Answer.raw(">3\r\n$11\r\nunsubscribe\r\n" + Answer.bulkText(command.word(1)) + ":0\r\n");
        }
        Answer answer = cluster.answer(node, command);
        if (WRITES.contains(command.name())
                && cluster.redirect(node, FakeCluster.keys(command), command.asking()) == null) {
            FakeCluster.keys(command).forEach(key -> say(node, key));
        } else if (command.is("flushall")) {
            sayEverything(node);
        }
        CompletableFuture<?> gate = held.get(node + " " + command.name());
        if (gate != null) {
            return answer.after(gate);
        }
        return command.is("hello") || command.is("ping") ? answer : late(answer);
    }

    private Answer track(int node, Command command) {
        if (silent) {
            return Answer.NOTHING;
        }
        if (refusal != null) {
            return Answer.error(refusal);
        }
        List<String> prefixes = new ArrayList<>();
        for (int i = 4; i + 1 < command.words().size(); i += 2) {
            prefixes.add(command.word(i + 1));
        }
        seats.put(new Seat(node, command.connection()), prefixes);
        return Answer.OK;
    }

    private Answer late(Answer answer) {
        return delays == null || delays.nextInt(3) > 0 ? answer : answer.late(delays.nextInt(1500));
    }

    private void say(int node, String key) {
        push(node, key, ">2\r\n$10\r\ninvalidate\r\n*1\r\n" + Answer.bulkText(key));
    }

    private void sayEverything(int node) {
        push(node, null, ">2\r\n$10\r\ninvalidate\r\n_\r\n");
    }

    private void push(int node, @Nullable String key, String message) {
        seats.forEach((seat, prefixes) -> {
            boolean wanted = key == null || prefixes.isEmpty() || prefixes.stream().anyMatch(key::startsWith);
            if (seat.node() == node && wanted && !mute) {
                cluster.node(node).push(seat.connection(), late(Answer.raw(message)));
            }
        });
    }

    /** Changes a key as somebody else would. */
    public synchronized void change(String key, String value) {
        cluster.put(key, value);
        say(cluster.ownerOf(key), key);
    }

    /** Moves a slot, keys and all, to another node; both say that its keys have changed. */
    public synchronized void move(int slot, int to) {
        int from = -1;
        List<String> keys = new ArrayList<>();
        for (int i = 0; i < cluster.size(); i++) {
            for (String key : cluster.keysOf(i)) {
                if (SlotHash.slot(key) == slot) {
                    keys.add(key);
                    from = i;
                }
            }
        }
        cluster.move(slot, to);
        for (String key : keys) {
            say(from, key);
            say(to, key);
        }
    }

    /** Says that everything has changed. */
    public synchronized void flush(int node) {
        sayEverything(node);
    }

    /** Ends all connections of a node. */
    public synchronized void cut(int node) {
        firstOpen[node] = cluster.node(node).connections();
        seats.keySet().removeIf(seat -> seat.node() == node);
        cluster.node(node).cut();
    }

    /** Open connections that track at a node, each with its prefixes. */
    public synchronized List<List<String>> tracking(int node) {
        return seats.entrySet().stream().filter(
                seat -> seat.getKey().node() == node && cluster.node(node).isOpen(seat.getKey().connection()))
                .map(Map.Entry::getValue).toList();
    }

    /** What the last connection to begin at a node wants to hear of. */
    public synchronized List<String> prefixes(int node) {
        List<List<String>> all = tracking(node);
        return all.isEmpty() ? Arrays.asList("nobody tracks") : all.getLast();
    }
}
