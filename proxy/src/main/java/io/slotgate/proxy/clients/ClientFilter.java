package io.slotgate.proxy.clients;

import io.slotgate.proxy.facade.ClientLine;
import io.slotgate.proxy.facade.ClientState;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which clients a command is about: those for which everything holds that is asked for.
 *
 * @param ids any of these; null: any at all
 * @param type null: any
 * @param user name; null: any
 * @param address of the client, as CLIENT LIST has it; null: any
 * @param localAddress the client's end here, as CLIENT LIST has it; null: any
 * @param leastAgeSeconds connected for so long at least; 0: any
 * @param except id of a client it is not about; 0: none
 */
record ClientFilter(@Nullable Set<Long> ids, @Nullable ClientType type, @Nullable String user,
        @Nullable String address, @Nullable String localAddress, long leastAgeSeconds, long except) {
    static final ClientFilter ALL = new ClientFilter(null, null, null, null, null, 0, 0);

    static ClientFilter of(ClientType type) {
        return new ClientFilter(null, type, null, null, null, 0, 0);
    }

    static ClientFilter of(Set<Long> ids) {
        return new ClientFilter(ids, null, null, null, null, 0, 0);
    }

    /** @param address as CLIENT LIST has it */
    static ClientFilter of(String address) {
        return new ClientFilter(null, null, null, address, null, 0, 0);
    }

    boolean matches(ClientState client, long nowMillis) {
        return (ids == null || ids.contains(client.id()))
                && (type == null || type == ClientType.of(client))
                && (user == null || user.equals(client.user()))
                && (address == null || address.equals(ClientLine.address(client.remote())))
                && (localAddress == null || localAddress.equals(ClientLine.address(client.local())))
                && (nowMillis - client.connectedAtMillis()) / 1000 >= leastAgeSeconds
                && client.id() != except;
    }
}
