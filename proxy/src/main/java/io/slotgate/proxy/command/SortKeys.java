package io.slotgate.proxy.command;

import io.slotgate.proxy.resp.RequestFrame;

/**
 * The keys of {@code SORT}: what is sorted, and where the result is stored. The keys that BY and GET patterns make are not
 * among them: in a cluster a node accepts only patterns whose keys share the sorted key's slot, and says so otherwise.
 *
 * @see <a href="https://valkey.io/commands/sort/">SORT</a>
 */
record SortKeys() implements KeyRule {
    @Override
    public boolean find(RequestFrame frame, KeyPositions out) {
        out.clear();
        int argc = frame.argc();
        if (argc < 2) {
            return false;
        }
        int store = -1;
        for (int arg = 2; arg < argc; arg++) {
            if (frame.is(arg, "limit")) {
                arg += 2;
            } else if (frame.is(arg, "get") || frame.is(arg, "by")) {
                arg++;
            } else if (arg + 1 < argc && frame.is(arg, "store")) {
                store = arg + 1;
            }
        }
        out.add(1);
        if (store > 0) {
            out.add(store);
        }
        return true;
    }
}
