package io.slotgate.proxy.command;

import io.slotgate.proxy.resp.RequestFrame;

/**
 * The keys of those {@code DEBUG} subcommands that look at one. A server reports none and answers from its own keys only,
 * so a client of a whole cluster finds its key only if it is asked at the owner.
 *
 * @see <a href="https://valkey.io/commands/debug/">DEBUG</a>
 */
record DebugKeys() implements KeyRule {
    private static final int KEY = 2;

    @Override
    public boolean find(RequestFrame frame, KeyPositions out) {
        out.clear();
        if (frame.argc() > KEY && looksAtKey(frame)) {
            out.add(KEY);
        }
        return true;
    }

    private static boolean looksAtKey(RequestFrame frame) {
        return frame.is(1, "object") || frame.is(1, "sdslen") || frame.is(1, "listpack") || frame.is(1, "ziplist")
                || frame.is(1, "quicklist") || frame.is(1, "htstats-key");
    }
}
