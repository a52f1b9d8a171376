package io.slotgate.proxy.pubsub;

import io.netty.buffer.ByteBuf;
import io.slotgate.proxy.resp.ReplyWriter;
import io.slotgate.proxy.route.Route.Audience;
import io.slotgate.proxy.upstream.PushListener;
import io.slotgate.proxy.upstream.UpstreamChannel;
import io.slotgate.topology.model.HostPort;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The connection to one node that subscriptions are made on. Speaks RESP3, where messages and confirmations are pushes. A
 * request to subscribe is answered by one confirmation or one error, in order. One to leave may be answered by neither, or by
 * a confirmation and an error, where a shard channel's slot moves at that moment
 * (<a href="https://github.com/valkey-io/valkey/issues/1066">valkey#1066</a>): so PING goes behind it, and its PONG is what
 * says that it is done. Confined to the hub's worker.
 */
final class Lane implements PushListener {
    /** What was asked and is not answered: to begin {@code subscription}, or, if null, what PONG answers. */
    private record Ask(@Nullable Subscription subscription) {}

    private static final Ask PING = new Ask(null);

    private final Hub hub;
    private final UpstreamChannel channel;
    private final ArrayDeque<Ask> asks = new ArrayDeque<>();
    private final Set<Subscription> here = new LinkedHashSet<>();
    /** What the node has us down for. */
    private final Set<Topic> confirmed = new HashSet<>();
    private @Nullable ByteBuf out;
    private boolean down;
    private boolean heard = true;

    Lane(Hub hub, UpstreamChannel channel) {
        this.hub = hub;
        this.channel = channel;
        channel.listener(this);
    }

    HostPort node() {
        return channel.key().node();
    }

    boolean ready() {
        return channel.ready();
    }

    /** Whether the last that is known of the connection is that it was lost, or could not be made. */
    boolean down() {
        return down;
    }

    // ---- asking

    /** Asks for a subscription, now or as soon as the connection is there. */
    void take(Subscription subscription) {
        here.add(subscription);
        subscription.placed(this);
        if (channel.ready()) {
            begin(subscription);
        } else {
            channel.connect();
        }
    }

    private void begin(Subscription subscription) {
        subscription.sent();
        asks.add(new Ask(subscription));
        Words.command(out(), true, subscription.topic());
    }

    /** A subscription is no longer wanted here; its standing says whether the node knows of it. */
    void leave(Subscription subscription) {
        here.remove(subscription);
        if (subscription.toldNode() && channel.ready()) {
            Words.command(out(), false, subscription.topic());
            ping();
        }
    }

    /** A subscription that the node has refused or ended itself. */
    void forget(Subscription subscription) {
        here.remove(subscription);
    }

    private void ping() {
        asks.add(PING);
        ReplyWriter.array(out(), 1);
        ReplyWriter.bulk(out(), "PING");
    }

    private ByteBuf out() {
        ByteBuf buffer = out;
        if (buffer == null) {
            buffer = hub.worker().allocator().directBuffer();
            out = buffer;
            hub.flushWithTurn();
        }
        return buffer;
    }

    /** Sends what has gathered. */
    void flush() {
        ByteBuf gathered = out;
        if (gathered != null) {
            out = null;
            if (channel.ready()) {
                channel.sendPart(gathered);
            } else {
                gathered.release();
            }
        }
    }

    /**
     * Makes sure that the connection is still one: nothing else would show it, where nobody publishes. To be called at
     * intervals; cuts the connection if nothing came since the last call.
     */
    void probe() {
        if (!channel.ready()) {
            return;
        }
        if (!heard) {
            channel.cut(new IOException("the node does not answer on its subscription channel"));
            return;
        }
        heard = false;
        ping();
    }

    /** Stops or goes on reading what the node says. */
    void reading(boolean reading) {
        heard = true;
        channel.reading(reading);
    }

    /** Gives the connection up. */
    void close() {
        if (out != null) {
            out.release();
            out = null;
        }
        hub.forget(channel);
    }

    // ---- what comes

    @Override
    public void onReady() {
        down = false;
        heard = true;
        for (Subscription subscription : List.copyOf(here)) {
            begin(subscription);
        }
        hub.laneReady(this);
    }

    @Override
    public void onLost() {
        down = true;
        asks.clear();
        if (out != null) {
            out.release();
            out = null;
        }
        for (Topic topic : confirmed) {
            hub.census().atNode(topic, -1);
        }
        hub.counters().pubsubTopics -= confirmed.size();
        confirmed.clear();
        displaceAll();
    }

    /** Looks for another place for everything that is here. */
    void displaceAll() {
        List<Subscription> displaced = List.copyOf(here);
        here.clear();
        for (Subscription subscription : displaced) {
            hub.displaced(subscription);
        }
    }

    @Override
    public void onMessage(ByteBuf buffer, int start, int end) {
        heard = true;
        try {
            switch (buffer.getByte(start)) {
                case '>' -> onPush(buffer, start, end);
                case '-' -> onError(buffer, start, end);
                default -> onPong();
            }
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            channel.cut(new IOException("not what a node says of subscriptions: " + e.getMessage()));
        }
    }

    private void onPong() {
        Ask ask = asks.peek();
        if (ask != PING) {
            channel.cut(new IOException("a reply that nobody asked for"));
            return;
        }
        asks.poll();
    }

    private void onPush(ByteBuf buffer, int start, int end) {
        int at = Words.behindLine(buffer, start, end);
        String word = Words.text(buffer, at, end);
        int name = Words.behind(buffer, at, end);
        switch (word) {
            case "message" -> hub.message(new Topic(Audience.CHANNEL, Words.text(buffer, name, end)), buffer, start,
                    end);
            case "pmessage" -> hub.message(new Topic(Audience.PATTERN, Words.text(buffer, name, end)), buffer, start,
                    end);
            case "smessage" -> hub.message(new Topic(Audience.SHARD, Words.text(buffer, name, end)), buffer, start,
                    end);
            case "subscribe", "psubscribe", "ssubscribe" -> onConfirmed();
            case "unsubscribe" -> onLeft(new Topic(Audience.CHANNEL, Words.text(buffer, name, end)));
            case "punsubscribe" -> onLeft(new Topic(Audience.PATTERN, Words.text(buffer, name, end)));
            case "sunsubscribe" -> onLeft(new Topic(Audience.SHARD, Words.text(buffer, name, end)));
            default -> {
                // Nothing that was asked for.
            }
        }
    }

    private void onConfirmed() {
        Ask ask = asks.peek();
        Subscription subscription = ask == null ? null : ask.subscription();
        if (subscription == null) {
            channel.cut(new IOException("a confirmation that nobody asked for"));
            return;
        }
        asks.poll();
        if (confirmed.add(subscription.topic())) {
            hub.census().atNode(subscription.topic(), 1);
            hub.counters().pubsubTopics++;
        }
        if (subscription.askedAt(this)) {
            if (subscription.everActive()) {
                hub.counters().pubsubResubscribed++;
            }
            subscription.confirmed();
            subscription.tellConfirmed();
        }
    }

    /** We asked for it, or the node has lost the slot of a shard channel and says so. */
    private void onLeft(Topic topic) {
        if (confirmed.remove(topic)) {
            hub.census().atNode(topic, -1);
            hub.counters().pubsubTopics--;
        }
        hub.ended(topic, this);
    }

    private void onError(ByteBuf buffer, int start, int end) {
        Ask ask = asks.peek();
        Subscription subscription = ask == null ? null : ask.subscription();
        if (subscription == null) {
            // Of a request to leave what the node has ended itself.
            return;
        }
        asks.poll();
        if (subscription.askedAt(this)) {
            here.remove(subscription);
            hub.refused(subscription, this, buffer, start, end);
        }
    }
}
