package io.slotgate.it;

import io.slotgate.proxy.config.Upstream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What the tests of failing nodes and connections share. */
final class Faults {
    /** Keys that between them are on every node. */
    static final List<String> KEYS = List.of("k1", "k2", "k3", "k4", "k5", "k6", "k7", "k8", "k9");

    private Faults() {}

    /** A proxy that waits for a failover longer than any takes. */
    static Upstream patient(Upstream upstream, Duration patience) {
        return new Upstream(upstream.seeds(), upstream.user(), upstream.password(), upstream.tls(),
                upstream.connectTimeout(), upstream.reconnectMin(), Duration.ofMillis(200), patience);
    }

    static String[] mgetAll() {
        List<String> command = new ArrayList<>(List.of("MGET"));
        command.addAll(KEYS);
        return command.toArray(String[]::new);
    }
}
