package io.slotgate.proxy.command;

import io.slotgate.proxy.resp.RequestFrame;

/** A command without keys: {@code PING}. */
record NoKeys() implements KeyRule {
    static final NoKeys INSTANCE = new NoKeys();

    @Override
    public boolean find(RequestFrame frame, KeyPositions out) {
        out.clear();
        return true;
    }
}
