package io.slotgate.proxy.plane;

import io.slotgate.proxy.command.SlotHash;

/** A word for each slot, to be a key there or to stand in the braces of keys: the first of t0, t1 … that hashes to it. */
public final class SlotTags {
    private static final String[] OF_SLOT = all();

    private SlotTags() {}

    public static String of(int slot) {
        return OF_SLOT[slot];
    }

    private static String[] all() {
        String[] all = new String[SlotHash.SLOTS];
        int found = 0;
        for (int i = 0; found < all.length; i++) {
            String word = "t" + i;
            int slot = SlotHash.slot(word);
            if (all[slot] == null) {
                all[slot] = word;
                found++;
            }
        }
        return all;
    }
}
