package io.slotgate.proxy.session;

import io.netty.buffer.ByteBuf;
import io.slotgate.proxy.command.CommandSpec;
import io.slotgate.proxy.resp.RequestFrame;
import io.slotgate.proxy.upstream.Pending;

/**
 * Remembers keys whose values turned out to be large, so that the next read of them does not begin where small replies would
 * have to wait behind it. Keeps fingerprints only, in a table of fixed size where a newer one takes an older one's place: a
 * key that is forgotten, or mistaken for another, costs time and nothing else. Belongs to one worker.
 */
final class LargeKeys {
    private static final int ENTRIES = 4096;

    private final long[] fingerprints = new long[ENTRIES];
    private boolean any;

    /** Whether there is anything to look up. */
    boolean any() {
        return any;
    }

    void add(long fingerprint) {
        fingerprints[index(fingerprint)] = fingerprint;
        any = true;
    }

    void remove(long fingerprint) {
        if (fingerprints[index(fingerprint)] == fingerprint) {
            fingerprints[index(fingerprint)] = 0;
        }
    }

    /** Whether a read of one key may have a large reply, as far as is known. */
    boolean expects(CommandSpec spec, RequestFrame frame) {
        int key = spec.singleKey();
        if (key == 0 || !spec.readOnly()) {
            return false;
        }
        long fingerprint = fingerprint(frame.buffer(), frame.offset(key), frame.length(key));
        return fingerprints[index(fingerprint)] == fingerprint;
    }

    private static int index(long fingerprint) {
        return (int) (fingerprint >>> 40) & (ENTRIES - 1);
    }

    /** The fingerprint of the key that a command reads; 0, which is none, if it reads more than one. */
    static long fingerprint(Pending pending, RequestFrame frame) {
        CommandSpec spec = pending.spec();
        int key = spec == null ? 0 : spec.singleKey();
        return key == 0 ? 0 : fingerprint(frame.buffer(), frame.offset(key), frame.length(key));
    }

    /** FNV-1a, 64 bits; never 0. */
    private static long fingerprint(ByteBuf buffer, int offset, int length) {
        long hash = 0xcbf29ce484222325L;
        for (int i = offset; i < offset + length; i++) {
            hash = (hash ^ (buffer.getByte(i) & 0xff)) * 0x100000001b3L;
        }
        return hash | 1;
    }
}
