package io.slotgate.admin.api;

import io.slotgate.admin.view.ProxyView;
import io.slotgate.topology.model.Node;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A node of the cluster.
 *
 * @param id null: only a redirect has named it so far
 * @param avoided whether reads are kept away from it
 * @param probe what probes tell of it; null if it has not been asked yet
 */
record NodeBody(@Nullable String id, String address, String role, @Nullable String zone, String health,
        boolean avoided, @Nullable ProbeBody probe) {
    static NodeBody of(Node node, ProxyView proxy) {
        return new NodeBody(node.isProvisional() ? null : node.id(), node.address().toString(), lower(node.role()),
                node.zone(), lower(node.health()), proxy.settings().avoid().contains(node.address()),
                ProbeBody.of(proxy.nodeHealth().get(node.address())));
    }

    private static String lower(Enum<?> word) {
        return word.name().toLowerCase(Locale.ROOT);
    }
}
