package io.slotgate.proxy.upstream;

import java.util.Map;
import java.util.WeakHashMap;

/**
 * Which scripts a node was told on one connection, and when. A script that is told before its first EVALSHA need not be told
 * after: that keeps the order of a pipeline, where an EVALSHA that fails and is repeated would let what is behind it overtake.
 * What clients show again after SCRIPT FLUSH is another {@link Script}, which no node was told. Confined to its worker.
 */
final class LoadedScripts {
    /** Above so many the list begins anew, which costs each script one more SCRIPT LOAD. */
    private static final int MOST = 4096;

    private final Map<Script, Long> sequences = new WeakHashMap<>();

    boolean contains(Script script) {
        return sequences.containsKey(script);
    }

    /** @param sequence the SCRIPT LOAD's place in the order of what was sent */
    void add(Script script, long sequence) {
        if (sequences.size() >= MOST) {
            sequences.clear();
        }
        sequences.put(script, sequence);
    }

    /** The node did not know the script when the command at {@code sequence} came, whatever it was told before. */
    void missed(Script script, long sequence) {
        Long loaded = sequences.get(script);
        if (loaded != null && loaded < sequence) {
            sequences.remove(script);
        }
    }

    /** The connection is gone, and what its node knew with it perhaps. */
    void clear() {
        sequences.clear();
    }
}
