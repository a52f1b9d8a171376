package io.slotgate.proxy.fanout;

import io.slotgate.proxy.command.SlotHash;
import io.slotgate.proxy.plane.Answer;
import io.slotgate.proxy.plane.Command;
import io.slotgate.proxy.plane.FakeCluster;
import io.slotgate.proxy.plane.SlotTags;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * A keyspace whose slots and keys move while it is scanned: before any command that a node gets, by chance. No slot leaves a node
 * and is back there within one write of a SCAN, for that nobody could tell.
 *
 * <p>Its nodes are such as have a hash table for each slot and walk it, or such as have a list of each slot's keys; a table's order
 * is the node's own.
 */
final class MovingKeyspace {
    private static final int MOST_IN_ONE_WRITE = 3 * 128;
    private static final int MOVING_SLOTS = 6;

    private final FakeCluster cluster;
    private final Random random;
    private final Map<Integer, List<String>> keysBySlot = new HashMap<>();
    private final List<Integer> moving = new ArrayList<>();
    private final Map<Integer, Integer> underWay = new HashMap<>();
    private final Map<Integer, Long> restsUntil = new HashMap<>();
    private long commands;

    MovingKeyspace(FakeCluster cluster, long seed) {
        this.cluster = cluster;
        this.random = new Random(seed);
    }

    /** One in which nothing moves by itself. */
    static MovingKeyspace still(FakeCluster cluster) {
        return new MovingKeyspace(cluster, 0);
    }

    /**
     * Fills a few slots, which move all the time from now on, and others.
     *
     * @param first one of the few; {@code choice} says the others
     * @param each  keys of each of the few
     * @return all keys
     */
    synchronized Set<String> fill(int first, Random choice, int each, int others) {
        Set<String> keys = new HashSet<>();
        for (int i = 0; i < MOVING_SLOTS; i++) {
            int slot = i == 0 ? first : choice.nextInt(SlotHash.SLOTS);
            moving.add(slot);
            for (int k = 0; k < each; k++) {
                keys.add("{" + SlotTags.of(slot) + "}" + k);
            }
        }
        for (int k = 0; k < others; k++) {
            keys.add("k" + k);
        }
        put(keys);
        return keys;
    }

    synchronized void put(Collection<String> keys) {
        for (String key : keys) {
            cluster.put(key, "v");
            keysBySlot.computeIfAbsent(SlotHash.slot(key), slot -> new ArrayList<>()).add(key);
        }
    }

    /** Has the nodes answer as servers do that have a hash table for each slot. */
    void serveTables() {
        cluster.rule((node, command) -> {
            step();
            return command.is("scan") ? scan(node, command) : cluster.answer(node, command);
        });
    }

    /** Has the nodes answer as servers do that have a list of each slot's keys and no table. */
    void serveLists() {
        cluster.rule((node, command) -> {
            step();
            return command.is("cluster") ? list(node, command) : cluster.answer(node, command);
        });
    }

    /** Has the nodes answer as they would, with slots on their way. */
    void serve() {
        cluster.rule((node, command) -> {
            step();
            return cluster.answer(node, command);
        });
    }

    /** What a node answers to CLUSTER COUNTKEYSINSLOT and GETKEYSINSLOT. */
    synchronized Answer list(int node, Command command) {
        List<String> keys = cluster.keysOf(node,
                keysBySlot.getOrDefault(Integer.parseInt(command.word(2)), List.of()));
        return command.word(1).equals("COUNTKEYSINSLOT")
                ? Answer.integer(keys.size())
                : Answer.array(keys.subList(0, Math.min(keys.size(), Integer.parseInt(command.word(3)))));
    }

    private Answer scan(int node, Command command) {
        long cursor = Long.parseLong(command.word(1));
        int count = 10;
        for (int i = 2; i + 1 < command.words().size(); i += 2) {
            if (command.word(i).equalsIgnoreCase("count")) {
                count = Integer.parseInt(command.word(i + 1));
            }
        }
        int slot = (int) (cursor % SlotHash.SLOTS);
        long inner = cursor / SlotHash.SLOTS;
        List<String> keys = new ArrayList<>(cluster.keysOf(node));
        keys.sort(Comparator.<String>comparingInt(SlotHash::slot).thenComparingLong(key -> place(node, key)));
        List<String> page = new ArrayList<>();
        long next = 0;
        for (String key : keys) {
            int of = SlotHash.slot(key);
            if (of < slot || (of == slot && place(node, key) < inner)) {
                continue;
            }
            if (page.size() == count) {
                next = place(node, key) * SlotHash.SLOTS + of;
                break;
            }
            page.add(key);
        }
        StringBuilder text = new StringBuilder("*2\r\n").append(Answer.bulkText(Long.toString(next)))
                .append("*").append(page.size()).append("\r\n");
        page.forEach(key -> text.append(Answer.bulkText(key)));
        return Answer.raw(text.toString());
    }

    /** Where in a node's table a key lies: not 0, which is the beginning of a slot. */
    private static long place(int node, String key) {
        long hash = (key + "@" + node).hashCode() * 0x9E3779B97F4A7C15L;
        return 1 + (hash >>> 40);
    }

    private synchronized void step() {
        commands++;
        if (moving.isEmpty() || random.nextInt(6) > 0) {
            return;
        }
        int slot = moving.get(random.nextInt(moving.size()));
        Integer to = underWay.get(slot);
        if (to == null) {
            int target = random.nextInt(cluster.size());
            if (ownerOfSlot(slot) != target && restsUntil.getOrDefault(slot, 0L) < commands) {
                cluster.migrate(slot, target);
                underWay.put(slot, target);
            }
            return;
        }
        List<String> left = cluster.keysOf(ownerOfSlot(slot)).stream().filter(key -> SlotHash.slot(key) == slot)
                .toList();
        if (left.isEmpty() || random.nextInt(8) == 0) {
            cluster.move(slot, to);
            underWay.remove(slot);
            restsUntil.put(slot, commands + MOST_IN_ONE_WRITE);
        } else {
            cluster.migrateKey(left.get(random.nextInt(left.size())));
        }
    }

    private int ownerOfSlot(int slot) {
        return cluster.ownerOf(SlotTags.of(slot));
    }
}
