package io.slotgate.proxy.clients;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The clients of all workers for somebody who is no client. Any thread; what it asks for is done on the workers, so many lines in one
 * turn of an event loop that the clients there don't wait long.
 */
public final class ClientRoll {
    private static final int LINES_PER_TURN = 1024;

    private final AllClients all;

    public ClientRoll(AllClients all) {
        this.all = all;
    }

    /** Every client, as CLIENT LIST describes it, in the order of ids. */
    public CompletableFuture<List<ListedClient>> list() {
        List<CompletableFuture<List<ListedClient>>> parts = new ArrayList<>();
        for (ClientDirectory directory : all.directories()) {
            CompletableFuture<List<ListedClient>> part = new CompletableFuture<>();
            parts.add(part);
            if (!directory.worker().handOver(() -> list(directory, directory.all(), 0, new ArrayList<>(), part))) {
                // The loop has ended, and its clients with it.
                part.complete(List.of());
            }
        }
        return CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new))
                .thenApply(done -> parts.stream().flatMap(part -> part.join().stream())
                        .sorted((one, other) -> Long.compare(one.id(), other.id())).toList());
    }

    private void list(ClientDirectory directory, List<Client> clients, int from, List<ListedClient> made,
            CompletableFuture<List<ListedClient>> part) {
        long now = all.nowMillis();
        int to = Math.min(clients.size(), from + LINES_PER_TURN);
        for (Client client : clients.subList(from, to)) {
            if (directory.has(client)) {
                made.add(ClientDirectory.listed(client, now));
            }
        }
        if (to == clients.size() || !directory.worker().handOver(() -> list(directory, clients, to, made, part))) {
            part.complete(made);
        }
    }

    /** Closes the connection of the client of this id; false if there is none. */
    public CompletableFuture<Boolean> kill(long id) {
        List<CompletableFuture<Boolean>> parts = new ArrayList<>();
        for (ClientDirectory directory : all.directories()) {
            CompletableFuture<Boolean> part = new CompletableFuture<>();
            parts.add(part);
            boolean asked = directory.worker().handOver(() -> {
                Client client = directory.get(id);
                if (client != null) {
                    client.kill();
                }
                part.complete(client != null);
            });
            if (!asked) {
                part.complete(false);
            }
        }
        return CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new))
                .thenApply(done -> parts.stream().anyMatch(CompletableFuture::join));
    }
}
