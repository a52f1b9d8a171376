package io.slotgate.proxy.pubsub;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Messages that came within one turn, as the nodes sent them (RESP3), on their way to the desks. Filled by the hub; read only
 * from when it is handed over.
 */
final class Batch {
    private final ByteBuf data;
    private final List<Topic> topics = new ArrayList<>();
    private int[] ends = new int[16];
    private final Set<Desk> desks = new LinkedHashSet<>();

    /** @param data where the messages go; the batch takes over the reference */
    Batch(ByteBuf data) {
        this.data = data;
    }

    void add(Topic topic, Set<Desk> interested, ByteBuf source, int start, int end) {
        data.writeBytes(source, start, end - start);
        if (topics.size() == ends.length) {
            ends = Arrays.copyOf(ends, ends.length * 2);
        }
        ends[topics.size()] = data.writerIndex();
        topics.add(topic);
        desks.addAll(interested);
    }

    Set<Desk> desks() {
        return desks;
    }

    ByteBuf data() {
        return data;
    }

    int bytes() {
        return data.writerIndex();
    }

    int size() {
        return topics.size();
    }

    Topic topic(int i) {
        return topics.get(i);
    }

    /** The first message behind {@code i} that has another topic; {@link #size} if there is none. */
    int behindSameTopic(int i) {
        Topic topic = topics.get(i);
        int behind = i + 1;
        while (behind < topics.size() && topics.get(behind).equals(topic)) {
            behind++;
        }
        return behind;
    }

    int start(int i) {
        return i == 0 ? 0 : ends[i - 1];
    }

    int end(int i) {
        return ends[i];
    }
}
