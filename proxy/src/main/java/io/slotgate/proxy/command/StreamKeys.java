package io.slotgate.proxy.command;

import io.slotgate.proxy.resp.RequestFrame;

/**
 * The keys of {@code XREAD} and {@code XREADGROUP}: the first half of what follows STREAMS. The options before it are stepped
 * over one by one, since a group or a consumer may be called "streams", which the server's key specification does not heed.
 *
 * @see <a href="https://valkey.io/commands/xreadgroup/">XREADGROUP</a>
 */
record StreamKeys() implements KeyRule {
    @Override
    public boolean find(RequestFrame frame, KeyPositions out) {
        out.clear();
        int streams = position(frame);
        if (streams < 0) {
            return false;
        }
        int rest = frame.argc() - streams - 1;
        if (rest == 0 || (rest & 1) != 0) {
            return false;
        }
        for (int i = 1; i <= rest / 2; i++) {
            out.add(streams + i);
        }
        return true;
    }

    private static int position(RequestFrame frame) {
        for (int arg = 1; arg < frame.argc(); arg++) {
            if (frame.is(arg, "streams")) {
                return arg;
            } else if (frame.is(arg, "block") || frame.is(arg, "count")) {
                arg++;
            } else if (frame.is(arg, "group")) {
                arg += 2;
            } else if (!frame.is(arg, "noack")) {
                return -1;
            }
        }
        return -1;
    }
}
