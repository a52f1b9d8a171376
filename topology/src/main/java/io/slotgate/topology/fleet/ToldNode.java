package io.slotgate.topology.fleet;

import io.slotgate.topology.model.HostPort;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A node as one proxy tells another.
 *
 * @param aliases other addresses a redirect may name, in order of their text
 * @param loading whether its data set is not there yet; what else is wrong with a node each proxy finds out itself
 */
record ToldNode(String id, HostPort address, List<HostPort> aliases, @Nullable String zone, boolean loading) {
    ToldNode {
        aliases = List.copyOf(aliases);
    }
}
