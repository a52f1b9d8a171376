package io.slotgate.proxy.clients;

import io.netty.channel.EventLoop;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Looks for one client on all workers. Belongs to its home worker, where the answer comes. */
public final class ClientSearch {
    /** A client, to be touched on its own event loop only; it may be gone by then. */
    public record Found(Client client, EventLoop loop) {}

    private final ClientDirectory home;
    private final Consumer<@Nullable Found> answer;
    private int missing;
    private boolean answered;

    private ClientSearch(ClientDirectory home, Consumer<@Nullable Found> answer) {
        this.home = home;
        this.answer = answer;
    }

    /** Looks for the client of this id; {@code answer} gets it, or null, later and on the worker of {@code home}. */
    public static void find(ClientDirectory home, long id, Consumer<@Nullable Found> answer) {
        new ClientSearch(home, answer).begin(home.everywhere(), id);
    }

    private void begin(AllClients all, long id) {
        missing = all.directories().size();
        for (ClientDirectory directory : all.directories()) {
            boolean asked = directory.worker().handOver(() -> {
                Client client = directory.get(id);
                Found found = client == null ? null : new Found(client, directory.worker().loop());
                home.worker().handOver(() -> gathered(found));
            });
            if (!asked) {
                // The loop has ended, and its clients with it.
                gathered(null);
            }
        }
    }

    private void gathered(@Nullable Found found) {
        missing--;
        if (!answered && (found != null || missing == 0)) {
            answered = true;
            answer.accept(found);
        }
    }
}
