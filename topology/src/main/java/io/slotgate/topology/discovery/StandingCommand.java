package io.slotgate.topology.discovery;

import java.util.List;

/**
 * A command that each node is to have executed, for what it does is not replicated.
 *
 * @param name what it is about, for {@link StandingCommands#refusal} and the log
 * @param words the command and its arguments; never in {@link #toString}
 */
public record StandingCommand(String name, List<String> words) {
    public StandingCommand {
        words = List.copyOf(words);
        if (words.isEmpty()) {
            throw new IllegalArgumentException("words: [] (expected: a command)");
        }
    }

    @Override
    public String toString() {
        return words.getFirst() + " for " + name;
    }
}
