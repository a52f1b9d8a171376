package io.slotgate.proxy.command;

import io.slotgate.proxy.resp.RequestFrame;

/**
 * The keys of {@code GEORADIUS} and {@code GEORADIUSBYMEMBER}: what is searched, and where the result is stored. Of several
 * STORE and STOREDIST the last one counts, which the server's key specifications cannot say.
 *
 * @see <a href="https://valkey.io/commands/georadius/">GEORADIUS</a>
 */
record GeoRadiusKeys() implements KeyRule {
    private static final int FIRST_OPTION = 5;

    @Override
    public boolean find(RequestFrame frame, KeyPositions out) {
        out.clear();
        int argc = frame.argc();
        if (argc < 2) {
            return false;
        }
        int store = -1;
        for (int arg = FIRST_OPTION; arg + 1 < argc; arg++) {
            if (frame.is(arg, "store") || frame.is(arg, "storedist")) {
                store = ++arg;
            }
        }
        out.add(1);
        if (store > 0) {
            out.add(store);
        }
        return true;
    }
}
