package io.slotgate.topology.fleet;

import io.slotgate.topology.codec.MalformedMessageException;

/**
 * Makes something of what another proxy answered. On a thread of its own.
 *
 * @param <T> what is made of it
 */
@FunctionalInterface
public interface AnswerReader<T> {
    /**
     * Reads one answer.
     *
     * @param answer whatever bytes have come, at most {@value FleetCodec#LONGEST_ANSWER}
     * @throws MalformedMessageException if nothing can be made of them
     */
    T read(byte[] answer) throws MalformedMessageException;
}
