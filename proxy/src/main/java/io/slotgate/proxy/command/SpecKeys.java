package io.slotgate.proxy.command;

import io.slotgate.proxy.resp.RequestFrame;

/**
 * The rule of one key specification as the server reports it; several can be joined.
 *
 * @see <a href="https://valkey.io/topics/key-specs/">Command key specifications</a>
 */
sealed interface SpecKeys extends KeyRule permits IndexedKeys, KeywordKeys {
    /** Adds the keys to what {@code out} holds; false, with anything in {@code out}, if the arguments are malformed. */
    boolean add(RequestFrame frame, KeyPositions out);

    @Override
    default boolean find(RequestFrame frame, KeyPositions out) {
        out.clear();
        if (add(frame, out)) {
            return true;
        }
        out.clear();
        return false;
    }
}
