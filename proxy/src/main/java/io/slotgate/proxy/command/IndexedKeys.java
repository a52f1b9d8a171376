package io.slotgate.proxy.command;

import io.slotgate.proxy.resp.RequestFrame;

/**
 * Keys that begin at a fixed argument: {@code GET}, {@code MSET}, {@code BLPOP}, {@code EVAL}.
 *
 * @param first the argument where they, or their number, begin; 1 or more
 */
record IndexedKeys(int first, KeyFinder finder) implements SpecKeys {
    IndexedKeys {
        if (first < 1) {
            throw new IllegalArgumentException("index: " + first + " (expected: 1 or more)");
        }
    }

    /** The rule of a command whose only key is argument {@code position}. */
    static IndexedKeys single(int position) {
        return new IndexedKeys(position, new KeyFinder.Range(0, 1, 0));
    }

    /** The only key's argument index, or 0 if there may be more of them. */
    int single() {
        return finder instanceof KeyFinder.Range range && range.last() == 0 ? first : 0;
    }

    @Override
    public boolean add(RequestFrame frame, KeyPositions out) {
        return finder.addFrom(frame, first, out);
    }
}
