package io.slotgate.topology.fleet;

import io.slotgate.topology.codec.MalformedMessageException;
import java.util.ArrayList;
import java.util.List;

/**
 * What the other members of a fleet said to a question. Immutable.
 *
 * @param replies in the order they came
 * @param missing names of the members that are there, but have not answered in time, can't say, or said what can't be read
 */
public record Replies<T>(List<Reply<T>> replies, List<String> missing) {
    /**
     * What one member said.
     *
     * @param member its name
     */
    public record Reply<T>(String member, T answer) {}

    public Replies {
        replies = List.copyOf(replies);
        missing = List.copyOf(missing);
    }

    /**
     * What is made of these.
     *
     * @param unreadable called for each answer that nothing can be made of
     */
    static <R> Replies<R> read(Replies<byte[]> unread, AnswerReader<R> reading, Runnable unreadable) {
        List<Reply<R>> readable = new ArrayList<>();
        List<String> gone = new ArrayList<>(unread.missing);
        for (Reply<byte[]> reply : unread.replies) {
            try {
                readable.add(new Reply<>(reply.member, reading.read(reply.answer)));
            } catch (MalformedMessageException e) {
                unreadable.run();
                gone.add(reply.member);
            }
        }
        return new Replies<>(readable, gone);
    }
}
