package io.slotgate.proxy.plane;

import io.slotgate.proxy.command.SlotHash;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Lets the nodes of a cluster publish to subscribers, in RESP3: channels and patterns ({@code prefix*}) over all nodes, shard
 * channels at the owner of their slot.
 */
public final class FakePubSub {
    private record Seat(int node, int connection) {}

    private final FakeCluster cluster;
    /** By {@code verb name}: {@code psubscribe news*}. */
    private final Map<String, Set<Seat>> seats = new TreeMap<>();

    /** By node: connections with a lower number are closed, and what is still read from them does nothing. */
    private final int[] firstOpen;

    public FakePubSub(FakeCluster cluster) {
        this.cluster = cluster;
        this.firstOpen = new int[cluster.size()];
        cluster.rule(this::answer);
    }

    private synchronized Answer answer(int node, Command command) {
        if (command.connection() < firstOpen[node]) {
            return Answer.NOTHING;
        }
        if (cluster.queues(node, command)) {
            return cluster.answer(node, command);
        }
        return switch (command.name()) {
            case "subscribe", "psubscribe", "ssubscribe" -> subscribe(node, command);
            case "unsubscribe", "punsubscribe", "sunsubscribe" -> {
                String verb = command.name().replace("un", "");
                seats(verb, command.word(1)).remove(new Seat(node, command.connection()));
                yield confirmation(command.name(), command.word(1));
            }
            case "ping" -> Answer.raw("+PONG\r\n");
            case "publish" -> Answer.integer(publish(command.word(1), command.word(2)));
            case "pubsub" -> pubsub(node, command);
            default -> cluster.answer(node, command);
        };
    }

    private Answer subscribe(int node, Command command) {
        String name = command.word(1);
        if (command.is("ssubscribe") && cluster.ownerOf(name) != node) {
            return Answer.error(
                    "MOVED " + SlotHash.slot(name) + " " + cluster.node(cluster.ownerOf(name)).address());
        }
        seats(command.name(), name).add(new Seat(node, command.connection()));
        return confirmation(command.name(), name);
    }

    private static Answer confirmation(String verb, String name) {
        return Answer.raw(">3\r\n" + Answer.bulkText(verb) + Answer.bulkText(name) + ":1\r\n");
    }

    private Answer pubsub(int node, Command command) {
        List<String> reply = new ArrayList<>();
        if (command.word(1).equalsIgnoreCase("channels")) {
            seats.forEach((topic, all) -> {
                if (topic.startsWith("subscribe ") && all.stream().anyMatch(seat -> seat.node() == node)) {
                    reply.add(topic.substring("subscribe ".length()));
                }
            });
            return Answer.array(reply);
        }
        StringBuilder text = new StringBuilder("*" + 2 * (command.words().size() - 2) + "\r\n");
        String verb = command.word(1).equalsIgnoreCase("numsub") ? "subscribe" : "ssubscribe";
        for (String name : command.words().subList(2, command.words().size())) {
            long count = seats(verb, name).stream().filter(seat -> seat.node() == node).count();
            text.append(Answer.bulkText(name)).append(':').append(count).append("\r\n");
        }
        return Answer.raw(text.toString());
    }

    /** Seats somebody else at a node, who never leaves. */
    public synchronized void stranger(int node, String channel) {
        seats("subscribe", channel).add(new Seat(node, -1 - seats("subscribe", channel).size()));
    }

    /** Publishes to a channel of the whole cluster; returns the number of receivers. */
    public synchronized int publish(String channel, String message) {
        int receivers = say("subscribe " + channel,
                ">3\r\n" + Answer.bulkText("message") + Answer.bulkText(channel) + Answer.bulkText(message));
        for (String topic : List.copyOf(seats.keySet())) {
            String pattern = topic.startsWith("psubscribe ") ? topic.substring("psubscribe ".length()) : "";
            if (pattern.endsWith("*") && channel.startsWith(pattern.substring(0, pattern.length() - 1))) {
                receivers += say(topic, ">4\r\n" + Answer.bulkText("pmessage") + Answer.bulkText(pattern)
                        + Answer.bulkText(channel) + Answer.bulkText(message));
            }
        }
        return receivers;
    }

    /** Publishes to a shard channel. */
    public synchronized int spublish(String channel, String message) {
        return say("ssubscribe " + channel,
                ">3\r\n" + Answer.bulkText("smessage") + Answer.bulkText(channel) + Answer.bulkText(message));
    }

    private int say(String topic, String push) {
        Set<Seat> all = seats.getOrDefault(topic, Set.of());
        all.forEach(seat -> cluster.node(seat.node()).push(seat.connection(), Answer.raw(push)));
        return all.size();
    }

    /** Gives a slot to another node, which ends the subscriptions to its shard channels at the old one. */
    public synchronized void move(int slot, int to) {
        cluster.move(slot, to);
        seats.forEach((topic, all) -> {
            String name = topic.substring(topic.indexOf(' ') + 1);
            if (topic.startsWith("ssubscribe ") && SlotHash.slot(name) == slot) {
                for (Seat seat : all) {
                    cluster.node(seat.node()).push(seat.connection(), confirmation("sunsubscribe", name));
                }
                all.clear();
            }
        });
    }

    /** Ends all connections of a node, and its subscriptions with them. */
    public synchronized void cut(int node) {
        empty(node);
        cluster.node(node).cut();
    }

    /** Stops a node until it is started again. */
    public synchronized void stop(int node) {
        empty(node);
        cluster.node(node).stop();
    }

    private void empty(int node) {
        firstOpen[node] = cluster.node(node).connections();
        seats.values().forEach(all -> all.removeIf(seat -> seat.node() == node));
    }

    /** Subscriptions to this: {@code ("psubscribe", "news*")}. */
    public synchronized int count(String verb, String name) {
        return seats(verb, name).size();
    }

    private Set<Seat> seats(String verb, String name) {
        return seats.computeIfAbsent(verb + " " + name, topic -> new LinkedHashSet<>());
    }
}
