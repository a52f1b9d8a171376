package io.slotgate.topology.fleet;

import io.slotgate.topology.model.HostPort;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How members of a fleet find each other. */
public sealed interface FleetPeers {
    /**
     * Some members by their addresses; one that is there is enough to find all others.
     *
     * @param addresses at least one; our own may be among them
     */
    record Listed(List<HostPort> addresses) implements FleetPeers {
        public Listed {
            addresses = List.copyOf(addresses);
            if (addresses.isEmpty()) {
                throw new IllegalArgumentException("peers: [] (expected: at least one address)");
            }
        }
    }

    /**
     * All addresses of a name, asked for again whenever members are looked for. A headless service of Kubernetes is such a
     * name.
     *
     * @param name whose A and AAAA records are the members, every one of which listens on our own port. If it begins with an
     *        underscore, as names of services do (RFC 2782), its SRV records are the members, with their ports
     * @param server the DNS server that is asked; {@code null} for whatever this machine asks, which caches
     */
    record Named(String name, @Nullable HostPort server) implements FleetPeers {
        /** Whether the members are SRV records. */
        public boolean isService() {
            return name.startsWith("_");
        }
    }
}
