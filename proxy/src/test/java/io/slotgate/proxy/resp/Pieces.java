package io.slotgate.proxy.resp;

import java.util.Random;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** How bytes arrive: the ascending lengths of what is there after each read, the last one being everything. */
final class Pieces {
    private Pieces() {}

    static int[] whole(int length) {
        return new int[]{length};
    }

    static int[] every(int step, int length) {
        return IntStream.iterate(step, at -> at < length + step, at -> at + step).map(at -> Math.min(at, length))
                .toArray();
    }

    /** A few cuts, or one behind every byte. */
    static int[] random(Random random, int length) {
        if (random.nextInt(4) == 0 && length < 4096) {
            return every(1, length);
        }
        TreeSet<Integer> cuts = new TreeSet<>();
        for (int i = random.nextInt(8); i > 0; i--) {
            cuts.add(random.nextInt(length + 1));
        }
        cuts.add(length);
        return cuts.stream().mapToInt(Integer::intValue).toArray();
    }
}
