package io.slotgate.proxy.upstream;

import io.slotgate.proxy.resp.RequestFrame;
import io.slotgate.proxy.resp.RequestLimits;
import io.slotgate.proxy.resp.RequestScanner;

/** Reads the arguments of a command again whose bytes were kept. Belongs to one worker. */
public final class KeptCommand {
    private final RequestFrame frame = new RequestFrame();
    private final RequestScanner scanner = new RequestScanner(
            new RequestLimits(Integer.MAX_VALUE - 1024 * 1024, Integer.MAX_VALUE, 1024, true));

    /** The command, good until the next call and as long as its bytes are kept. */
    public RequestFrame read(Pending pending) {
        frame.trim();
        int start = pending.request().offset();
        frame.reset(pending.request().buffer(), start, start);
        scanner.scan(pending.request().buffer(), start, start + pending.request().length(), frame);
        return frame;
    }
}
