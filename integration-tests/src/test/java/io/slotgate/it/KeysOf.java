package io.slotgate.it;

import io.slotgate.proxy.command.SlotHash;

/** Keys by the slot they are in. */
final class KeysOf {
    private KeysOf() {}

    /** The first of {@code k0}, {@code k1}, … that is in the slot. */
    static String slot(int slot) {
        int number = 0;
        while (SlotHash.slot("k" + number) != slot) {
            number++;
        }
        return "k" + number;
    }
}
