package io.slotgate.proxy.upstream;

import java.util.HashMap;
import java.util.Map;

/**
 * Which scripts a node was told on one connection, and when. A script that is told before its first EVALSHA need not be told
 * after: that keeps the order of a pipeline, where an EVALSHA that fails and is repeated would let what is behind it overtake.
 * Confined to its worker.
 */
final class LoadedScripts {
    /** Above so many the list begins anew, which costs each script one more SCRIPT LOAD. */
    private static final int MOST = 4096;

    private final Map<String, Long> sequenceBySha = new HashMap<>();

    boolean contains(Script script) {
        return sequenceBySha.containsKey(script.sha());
    }

    /** @param sequence the SCRIPT LOAD's place in the order of what was sent */
    void add(Script script, long sequence) {
        if (sequenceBySha.size() >= MOST) {
            sequenceBySha.clear();
        }
        sequenceBySha.put(script.sha(), sequence);
    }

    /** The node did not know the script when the command at {@code sequence} came, whatever it was told before. */
    void missed(Script script, long sequence) {
        Long loaded = sequenceBySha.get(script.sha());
        if (loaded != null && loaded < sequence) {
            sequenceBySha.remove(script.sha());
        }
    }

    /** The connection is gone, and what its node knew with it perhaps. */
    void clear() {
        sequenceBySha.clear();
    }
}
