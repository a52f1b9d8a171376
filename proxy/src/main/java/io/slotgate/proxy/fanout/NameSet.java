package io.slotgate.proxy.fanout;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Elements of arrays, each once: their bytes lie behind each other in one buffer, and a hash table says where. It takes eight
 * to sixteen bytes of heap for each, which strings would take ten times. Confined to its worker.
 */
final class NameSet {
    private static final int FIRST_PLACES = 1024;

    private final ByteBuf elements;
    /** So that nobody can choose keys that all have the same place. */
    private final long seed = ThreadLocalRandom.current().nextLong();
    /** Where an element begins, plus 1; 0 where there is none. */
    private int[] places = new int[FIRST_PLACES];
    private int count;

    /** @param elements where to gather them; whoever gave it releases it */
    NameSet(ByteBuf elements) {
        this.elements = elements;
    }

    /** Takes in a whole element, {@code $3 abc} with its line ends, unless it is there. */
    void add(ByteBuf from, int start, int end) {
        int place = place(from, start, end - start);
        if (places[place] != 0) {
            return;
        }
        places[place] = elements.writerIndex() + 1;
        elements.writeBytes(from, start, end - start);
        count++;
        if (count > places.length / 2) {
            grow();
        }
    }

    int count() {
        return count;
    }

    /** All of them behind each other, in the order in which they came. */
    ByteBuf elements() {
        return elements;
    }

    /** Memory that it takes, in bytes. */
    long bytes() {
        return elements.writerIndex() + 4L * places.length;
    }

    /** Where an element is, or would be. */
    private int place(ByteBuf from, int start, int length) {
        int mask = places.length - 1;
        int place = hash(from, start, length) & mask;
        while (places[place] != 0 && !isAt(places[place] - 1, from, start, length)) {
            place = (place + 1) & mask;
        }
        return place;
    }

    /** An element's first line says how long it is, so none is another's beginning. */
    private boolean isAt(int index, ByteBuf from, int start, int length) {
        return elements.writerIndex() - index >= length && ByteBufUtil.equals(elements, index, from, start, length);
    }

    private int hash(ByteBuf from, int start, int length) {
        long hash = seed;
        int i = 0;
        for (; i + Long.BYTES <= length; i += Long.BYTES) {
            hash = mixed(hash ^ from.getLong(start + i));
        }
        for (; i < length; i++) {
            hash = mixed(hash ^ from.getByte(start + i));
        }
        return (int) (hash ^ (hash >>> 32));
    }

    private static long mixed(long hash) {
        long spread = hash * 0x9E3779B97F4A7C15L;
        return spread ^ (spread >>> 29);
    }

    private void grow() {
        places = new int[places.length * 2];
        int at = 0;
        for (int i = 0; i < count; i++) {
            int end = Frames.behindBulk(elements, at);
            places[place(elements, at, end - at)] = at + 1;
            at = end;
        }
    }
}
