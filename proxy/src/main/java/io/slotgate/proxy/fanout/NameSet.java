package io.slotgate.proxy.fanout;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
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
    private byte[] element = new byte[64];
    private int length;
    private byte[] other = new byte[64];

    /** @param elements where to gather them; whoever gave it releases it */
    NameSet(ByteBuf elements) {
        this.elements = elements;
    }

    /** Takes in a whole element, {@code $3 abc} with its line ends, unless it is there. */
    void add(ByteBuf from, int start, int end) {
        read(from, start, end);
        int place = place();
        if (places[place] != 0) {
            return;
        }
        places[place] = elements.writerIndex() + 1;
        elements.writeBytes(element, 0, length);
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

    private void read(ByteBuf from, int start, int end) {
        length = end - start;
        if (element.length < length) {
            element = new byte[length * 2];
            other = new byte[length * 2];
        }
        from.getBytes(start, element, 0, length);
    }

    /** Where the element that was read last is, or would be. */
    private int place() {
        int mask = places.length - 1;
        int place = hash() & mask;
        while (places[place] != 0 && !isAt(places[place] - 1)) {
            place = (place + 1) & mask;
        }
        return place;
    }

    /** An element's first line says how long it is, so none is another's beginning. */
    private boolean isAt(int index) {
        if (elements.writerIndex() - index < length) {
            return false;
        }
        elements.getBytes(index, other, 0, length);
        return Arrays.equals(element, 0, length, other, 0, length);
    }

    private int hash() {
        long hash = seed;
        for (int i = 0; i < length; i++) {
            hash = (hash ^ element[i]) * 0x9E3779B97F4A7C15L;
            hash ^= hash >>> 29;
        }
        return (int) (hash ^ (hash >>> 32));
    }

    private void grow() {
        places = new int[places.length * 2];
        int at = 0;
        for (int i = 0; i < count; i++) {
            int end = Frames.behindBulk(elements, at);
            read(elements, at, end);
            places[place()] = at + 1;
            at = end;
        }
    }
}
