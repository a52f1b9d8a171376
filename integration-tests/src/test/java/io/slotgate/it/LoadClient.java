package io.slotgate.it;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A connection as the mixed load uses it. For one thread. */
interface LoadClient extends AutoCloseable {
    /** Gets the replies of a pipeline in their order. */
    @FunctionalInterface
    interface Sink {
        /** @param at when the reply was there, {@link System#nanoTime} */
        void reply(int index, @Nullable Object reply, long at);
    }

    /**
     * Sends all commands at once and passes on their replies, as {@link Reply#parse} understands them.
     *
     * @throws IOException if the connection was lost: what had no reply by then may or may not have been executed
     */
    void pipeline(List<String[]> commands, Sink replies) throws IOException;

    @Override
    void close() throws IOException;

    /** Where the load goes. */
    @FunctionalInterface
    interface Door {
        /** @param number of the client, from 0: some may come in another way than others */
        LoadClient open(int number) throws IOException;
    }
}
