package io.slotgate.proxy.clients;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A well-formed command about clients of all workers. */
sealed interface ClientQuery {
    /**
     * CLIENT LIST.
     *
     * @param order ids in the order they were asked for; null: by id
     */
    record Listing(ClientFilter filter, @Nullable List<Long> order) implements ClientQuery {}

    /**
     * CLIENT KILL.
     *
     * @param single whether it names one address and nothing else, which is answered otherwise
     */
    record Kill(ClientFilter filter, boolean single) implements ClientQuery {}

    /**
     * CLIENT PAUSE.
     *
     * @param millis how long
     * @param writesOnly whether reads go on
     */
    record Pause(long millis, boolean writesOnly) implements ClientQuery {}

    /** CLIENT UNPAUSE. */
    record Unpause() implements ClientQuery {}

    /** CLIENT UNBLOCK. */
    record Unblock(long id, boolean error) implements ClientQuery {}
}
