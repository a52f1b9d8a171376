package io.slotgate.topology.fleet;

import io.slotgate.topology.model.HostPort;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What proxies say to each other. */
sealed interface FleetMessage {
    /** What one tells unasked, or to keep maps alike; for {@link Gossip}. */
    sealed interface Told extends FleetMessage {}

    /** What one wants to know of others; for {@link Questions}. */
    sealed interface Asked extends FleetMessage {}

    /** How the sender is; to all, now and then and when its state changes. */
    record Status(Member member) implements Told {}

    /**
     * What the sender has just learned; to all, at once.
     *
     * @param sentAt the sender's clock, milliseconds since 1970
     * @param lost nodes it can't reach
     */
    record Change(long sentAt, List<ToldRedirect> redirects, List<HostPort> lost, ToldMap shards) implements Told {
        public Change {
            redirects = List.copyOf(redirects);
            lost = List.copyOf(lost);
        }
    }

    /** Digest of the sender's map; to one, regularly. */
    record Digest(long digest) implements Told {}

    /**
     * All of the sender's map: the answer to a digest that differs, and to that where the first sender knows more.
     *
     * @param isLast whether no answer is wanted
     */
    record Everything(boolean isLast, ToldMap map) implements Told {}

    /**
     * The sender wants to know something of each; to all.
     *
     * @param id for the answers to name
     * @param what the kind of question, 0..255; those who ask and those who answer agree on what it means
     */
    record Question(long id, int what) implements Asked {}

    /** What one has to say to a question; to who asked. Immutable, as long as nobody writes into its bytes. */
    final class Answer implements Asked {
        private final long id;
        private final byte @Nullable [] body;

        /**
         * As it goes out, or came.
         *
         * @param body at most {@value FleetCodec#LONGEST_ANSWER} bytes; {@code null}: the sender can't say
         */
        Answer(long id, byte @Nullable [] body) {
            this.id = id;
            this.body = body;
        }

        /** That of the question. */
        long id() {
            return id;
        }

        byte @Nullable [] body() {
            return body;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Answer answer && answer.id == id && Arrays.equals(answer.body, body);
        }

        @Override
        public int hashCode() {
            return 31 * Long.hashCode(id) + Arrays.hashCode(body);
        }

        @Override
        public String toString() {
            return "Answer[id=" + id + ", body=" + Arrays.toString(body) + ']';
        }
    }
}
