package io.slotgate.proxy.command;

import io.slotgate.proxy.resp.RequestFrame;

/**
 * The keys of {@code MIGRATE host port key|"" db timeout [option ...] [KEYS key ...]}: the third argument, or with that empty
 * everything behind KEYS.
 *
 * @see <a href="https://valkey.io/commands/migrate/">MIGRATE</a>
 */
record MigrateKeys() implements KeyRule {
    private static final int KEY = 3;
    private static final int FIRST_OPTION = 6;

    @Override
    public boolean find(RequestFrame frame, KeyPositions out) {
        out.clear();
        int argc = frame.argc();
        if (argc <= KEY) {
            return false;
        }
        for (int arg = FIRST_OPTION; arg < argc; arg++) {
            if (frame.is(arg, "keys")) {
                return frame.length(KEY) == 0 && addAll(frame, arg + 1, out);
            } else if (frame.is(arg, "auth")) {
                arg++;
            } else if (frame.is(arg, "auth2")) {
                arg += 2;
            }
        }
        out.add(KEY);
        return true;
    }

    private static boolean addAll(RequestFrame frame, int first, KeyPositions out) {
        for (int arg = first; arg < frame.argc(); arg++) {
            out.add(arg);
        }
        return out.count() > 0;
    }
}
