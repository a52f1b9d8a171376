package io.slotgate.proxy.command;

import io.slotgate.proxy.resp.RequestFrame;

/**
 * Keys behind a word that may stand at several places: {@code begin_search keyword}. Without the word there are none.
 *
 * @param word the word, in lower case
 * @param startFrom where the search begins: 1 or more forward from that argument, -1 or less backward from the end
 */
record KeywordKeys(String word, int startFrom, KeyFinder finder) implements SpecKeys {
    KeywordKeys {
        if (startFrom == 0) {
            throw new IllegalArgumentException("startfrom: 0 (expected: an argument, from the start or from the end)");
        }
    }

    @Override
    public boolean add(RequestFrame frame, KeyPositions out) {
        int at = position(frame);
        return at < 0 || finder.addFrom(frame, at + 1, out);
    }

    private int position(RequestFrame frame) {
        if (startFrom > 0) {
            for (int arg = startFrom; arg < frame.argc() - 1; arg++) {
                if (frame.is(arg, word)) {
                    return arg;
                }
            }
        } else {
            for (long arg = (long) frame.argc() + startFrom; arg > 1; arg--) {
                if (frame.is((int) arg, word)) {
                    return (int) arg;
                }
            }
        }
        return -1;
    }
}
