package io.slotgate.proxy.plane;

import io.slotgate.proxy.command.SlotHash;
import io.slotgate.topology.model.Health;
import io.slotgate.topology.model.Node;
import io.slotgate.topology.model.Role;
import io.slotgate.topology.model.Shard;
import io.slotgate.topology.model.SlotMap;
import io.slotgate.topology.model.SlotMapBuilder;
import io.slotgate.topology.model.SlotMove;
import io.slotgate.topology.model.SlotRange;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A few fake nodes that share the slots and keep strings, as real ones would: a command for a slot of another node is answered
 * MOVED, one for a key that has gone ASK. What a test wants otherwise it says by a rule of its own for a node.
 */
public final class FakeCluster implements AutoCloseable {
    private static final Set<String> WRITES = Set.of("set", "append", "mset", "del", "unlink", "rpush",
            "blpop");

    private final List<FakeNode> nodes = new ArrayList<>();
    /** By database and node. */
    private final List<List<Map<String, String>>> data = new ArrayList<>();
    /** The databases that connections other than those to database 0 have selected. */
    private final Map<Connection, Integer> selected = new HashMap<>();
    /** What the command of now concerns. */
    private int database;
    private final int[] owner = new int[SlotHash.SLOTS];
    /** The node that a slot is on its way to; -1: it stays. */
    private final int[] importer = new int[SlotHash.SLOTS];

    private final FakeTransactions transactions = new FakeTransactions(this);
    private final FakeScripts scripts;
    /** How often a key was changed. */
    private final Map<String, Integer> changes = new TreeMap<>();

    private record Connection(int node, int number) {}

    public FakeCluster(int size) {
        this(size, 1);
    }

    /** Of nodes that have several databases. */
    public FakeCluster(int size, int databases) {
        for (int i = 0; i < databases; i++) {
            data.add(Stream.<Map<String, String>>generate(TreeMap::new).limit(size).toList());
        }
        scripts = new FakeScripts(size);
        for (int i = 0; i < size; i++) {
            int index = i;
            nodes.add(new FakeNode(command -> answer(index, command)));
        }
        for (int slot = 0; slot < SlotHash.SLOTS; slot++) {
            owner[slot] = slot * size / SlotHash.SLOTS;
        }
        Arrays.fill(importer, -1);
    }

    public FakeNode node(int i) {
        return nodes.get(i);
    }

    public int size() {
        return nodes.size();
    }

    /** How each node answers, as a {@link Rule} says for one. */
    @FunctionalInterface
    public interface NodesRule {
        Answer answer(int node, Command command);
    }

    /** From now on all nodes answer by this rule. */
    public void rule(NodesRule rule) {
        for (int i = 0; i < nodes.size(); i++) {
            int node = i;
            node(i).rule(command -> rule.answer(node, command));
        }
    }

    /** What scripts the nodes have. */
    public FakeScripts scripts() {
        return scripts;
    }

    /** A key that hashes to a slot of node {@code i}: the first of {@code <prefix>0}, {@code <prefix>1} … that does. */
    public synchronized String key(int i, String prefix) {
        for (int n = 0;; n++) {
            if (owner[SlotHash.slot(prefix + n)] == i) {
                return prefix + n;
            }
        }
    }

    /** The node that owns the key's slot. */
    public synchronized int ownerOf(String key) {
        return owner[SlotHash.slot(key)];
    }

    /** Gives the slot to another node, keys and all, at once. */
    public synchronized void move(int slot, int to) {
        for (List<Map<String, String>> nodes : data) {
            Map<String, String> keys = new TreeMap<>();
            for (Map<String, String> each : nodes) {
                each.entrySet().removeIf(entry -> {
                    boolean goes = SlotHash.slot(entry.getKey()) == slot;
                    if (goes) {
                        changed(entry.getKey());
                        keys.put(entry.getKey(), entry.getValue());
                    }
                    return goes;
                });
            }
            nodes.get(to).putAll(keys);
        }
        owner[slot] = to;
        importer[slot] = -1;
    }

    /** Lets the slot begin to move: keys that its owner does not have are asked for at {@code to}. */
    public synchronized void migrate(int slot, int to) {
        importer[slot] = to;
    }

    /** Moves one key of a slot under way. */
    public synchronized void migrateKey(String key) {
        int slot = SlotHash.slot(key);
        String value = of(owner[slot]).remove(key);
        if (value != null) {
            changed(key);
            of(importer[slot]).put(key, value);
        }
    }

    /** How often a key was changed. */
    int changes(String key) {
        return changes.getOrDefault(key, 0);
    }

    private void changed(String key) {
        changes.merge(key, 1, Integer::sum);
    }

    public synchronized void put(String key, String value) {
        of(ownerOf(key)).put(key, value);
    }

    /** The value wherever it is; null if it is nowhere. */
    public synchronized @Nullable String get(String key) {
        return data.get(database).stream().map(each -> each.get(key)).filter(value -> value != null).findFirst()
                .orElse(null);
    }

    /** What node {@code i} has. */
    public synchronized List<String> keysOf(int i) {
        return List.copyOf(of(i).keySet());
    }

    /** Those of some keys that node {@code i} has. */
    public synchronized List<String> keysOf(int i, List<String> some) {
        return some.stream().filter(of(i)::containsKey).toList();
    }

    /** The slots as they are now. */
    public synchronized SlotMap map() {
        return map(nodes.size());
    }

    /** The slots as they are now, of the first nodes only. */
    public synchronized SlotMap map(int first) {
        SlotMapBuilder builder = SlotMap.builder();
        for (int i = 0; i < first; i++) {
            List<SlotRange> ranges = new ArrayList<>();
            for (int slot = 0; slot < SlotHash.SLOTS; slot++) {
                int from = slot;
                while (slot < SlotHash.SLOTS && owner[slot] == i) {
                    slot++;
                }
                if (slot > from) {
                    ranges.add(new SlotRange(from, slot - 1));
                }
            }
            Node primary = new Node("node-" + i, nodes.get(i).address(), Role.PRIMARY, null, Health.UP);
            builder.shard(new Shard("shard-" + i, primary, List.of()), i, ranges);
        }
        for (int slot = 0; slot < SlotHash.SLOTS; slot++) {
            if (owner[slot] < first && importer[slot] >= 0 && importer[slot] < first) {
                builder.move(new SlotMove(slot, "node-" + owner[slot], "node-" + importer[slot]));
            }
        }
        return builder.build();
    }

    private Map<String, String> of(int node) {
        return data.get(database).get(node);
    }

    /** Has what follows, in {@code use}, concern another database. */
    public synchronized void in(int other, Runnable use) {
        database = other;
        try {
            use.run();
        } finally {
            database = 0;
        }
    }

    /** What node {@code i} answers without a rule of the test's own. */
    public synchronized Answer answer(int i, Command command) {
        database = selected.getOrDefault(new Connection(i, command.connection()), 0);
        try {
            return transactions.answer(i, command);
        } finally {
            database = 0;
        }
    }

    /** Does a command outside of a transaction. */
    Answer run(int i, Command command) {
        List<String> keys = keys(command);
        Answer redirect = redirect(i, keys, command.asking());
        return redirect != null ? redirect : execute(i, command);
    }

    /** Does a command that is where it belongs. */
    Answer execute(int i, Command command) {
        List<String> keys = keys(command);
        Map<String, String> mine = of(i);
        if (WRITES.contains(command.name())) {
            keys.forEach(this::changed);
        }
        return switch (command.name()) {
            case "select" -> {
                int wanted = Integer.parseInt(command.word(1));
                selected.put(new Connection(i, command.connection()), wanted);
                yield wanted < data.size() ? Answer.OK : Answer.error("ERR DB index is out of range");
            }
            case "ping" -> command.words().size() > 1
                    ? Answer.bulk(command.word(1))
                    : Answer.raw("+PONG\r\n");
            case "echo" -> Answer.bulk(command.word(1));
            case "unwatch" -> Answer.OK;
            case "publish" -> Answer.integer(0);
            case "get" -> value(mine.get(command.word(1)));
            case "mget" -> Answer.array(keys.stream().map(mine::get).toList());
            case "set" -> {
                mine.put(command.word(1), command.word(2));
                yield Answer.OK;
            }
            case "append" -> Answer.integer(
                    mine.merge(command.word(1), command.word(2), String::concat).length());
            case "mset" -> {
                for (int k = 1; k < command.words().size(); k += 2) {
                    mine.put(command.word(k), command.word(k + 1));
                }
                yield Answer.OK;
            }
            case "del", "unlink" -> Answer.integer(keys.stream().filter(key -> mine.remove(key) != null).count());
            case "exists", "touch" -> Answer.integer(keys.stream().filter(mine::containsKey).count());
            case "type" -> Answer.raw(mine.containsKey(command.word(1)) ? "+string\r\n" : "+none\r\n");
            case "strlen" -> Answer.integer(mine.getOrDefault(command.word(1), "").length());
            case "dbsize" -> Answer.integer(mine.size());
            case "keys" -> Answer.array(List.copyOf(mine.keySet()));
            case "randomkey" -> value(mine.keySet().stream().findFirst().orElse(null));
            case "flushall" -> {
                mine.clear();
                yield Answer.OK;
            }
            case "rpush" -> Answer.integer(
                    mine.merge(command.word(1), command.word(2), (list, last) -> list + "," + last).split(",").length);
            case "blpop" -> pop(mine, command);
            case "wait" -> Answer.integer(0);
            case "eval", "evalsha", "script" -> scripts.answer(i, command);
            case "hello" -> Answer.raw("%1\r\n$5\r\nproto\r\n:3\r\n");
            default -> Answer.error("ERR unknown command '" + command.name() + "'");
        };
    }

    /** What node {@code i} answers to a command with these keys instead of doing it; null if it does it. */
    @Nullable
    Answer redirect(int i, List<String> keys, boolean asking) {
        if (keys.isEmpty()) {
            return null;
        }
        int slot = SlotHash.slot(keys.getFirst());
        long here = keys.stream().filter(of(i)::containsKey).count();
        boolean partly = here > 0 && here < keys.size();
        if (owner[slot] == i) {
            if (importer[slot] < 0 || here == keys.size()) {
                return null;
            }
            return partly
                    ? Answer.error("TRYAGAIN Multiple keys request during rehashing of slot")
                    : Answer.error("ASK " + slot + " " + nodes.get(importer[slot]).address());
        }
        if (importer[slot] == i && asking) {
            return here < keys.size() && keys.size() > 1
                    ? Answer.error("TRYAGAIN Multiple keys request during rehashing of slot")
                    : null;
        }
        return Answer.error("MOVED " + slot + " " + nodes.get(owner[slot]).address());
    }

    static List<String> keys(Command command) {
        int last = command.words().size();
        return switch (command.name()) {
            case "get", "set", "append", "type", "strlen", "rpush", "blpop" -> List.of(command.word(1));
            case "mget", "del", "unlink", "exists", "touch", "watch" -> command.words().subList(1, last);
            case "mset" -> {
                List<String> keys = new ArrayList<>();
                for (int k = 1; k < last; k += 2) {
                    keys.add(command.word(k));
                }
                yield keys;
            }
            case "eval", "evalsha" -> FakeScripts.keys(command);
            default -> List.of();
        };
    }

    /** Waits if the list is empty, but for the time to be over only. */
    private static Answer pop(Map<String, String> mine, Command command) {
        String key = command.word(1);
        String list = mine.remove(key);
        if (list == null) {
            return Answer.raw("*-1\r\n").late((long) (1e6 * Double.parseDouble(command.word(2))));
        }
        int end = list.indexOf(',');
        if (end >= 0) {
            mine.put(key, list.substring(end + 1));
        }
        return Answer.array(List.of(key, end < 0 ? list : list.substring(0, end)));
    }

    /** Transactions that were begun and not ended on any connection. */
    public synchronized long openTransactions() {
        return transactions.open();
    }

    /** Whether a command on this connection is queued instead of done. */
    synchronized boolean queues(int node, Command command) {
        return transactions.queues(node, command);
    }

    private static Answer value(@Nullable String value) {
        return value == null ? Answer.NIL : Answer.bulk(value);
    }

    @Override
    public void close() {
        nodes.forEach(FakeNode::close);
    }
}
