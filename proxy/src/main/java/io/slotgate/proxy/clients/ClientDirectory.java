package io.slotgate.proxy.clients;

import io.slotgate.proxy.facade.ClientLine;
import io.slotgate.proxy.worker.Worker;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The clients of one worker. Confined to its event loop. */
public final class ClientDirectory {
    private final AllClients all;
    private final Worker worker;
    private final CommandPause pause;
    private final Map<Long, Client> clients = new LinkedHashMap<>();

    ClientDirectory(AllClients all, Worker worker) {
        this.all = all;
        this.worker = worker;
        this.pause = new CommandPause(worker);
    }

    /** The pause of this worker's clients. */
    public CommandPause pause() {
        return pause;
    }

    public void add(Client client) {
        if (clients.put(client.client().id(), client) == null) {
            all.count(1);
        }
    }

    public void remove(Client client) {
        if (clients.remove(client.client().id()) != null) {
            all.count(-1);
        }
        pause.forget(client);
    }

    Worker worker() {
        return worker;
    }

    /** The clients there are now; they may be gone when they are used. */
    List<Client> all() {
        return new ArrayList<>(clients.values());
    }

    AllClients everywhere() {
        return all;
    }

    /** The client of this id; null if it is not here. */
    @Nullable
    Client get(long id) {
        return clients.get(id);
    }

    boolean has(Client client) {
        return clients.containsKey(client.client().id());
    }

    /** A client's line in CLIENT LIST. */
    static ListedClient listed(Client client, long nowMillis) {
        return new ListedClient(client.client().id(),
                ClientLine.of(client.client(), client.client().lastCommand(), client.unread(), nowMillis));
    }

    /** Closes the connections of those that match, but for the asker, who is to have an answer first. */
    int kill(ClientFilter filter, Client asker, long nowMillis) {
        int killed = 0;
        for (Client client : all()) {
            if (filter.matches(client.client(), nowMillis)) {
                killed++;
                if (client == asker) {
                    client.leave();
                } else {
                    client.kill();
                }
            }
        }
        return killed;
    }

    /** Ends the wait of a client; 0 if it is not here or does not wait. */
    int unblock(long id, boolean error) {
        Client client = clients.get(id);
        return client != null && client.unblock(error) ? 1 : 0;
    }
}
