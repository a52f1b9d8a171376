package io.slotgate.it.history;

/** What the check of one key's history says. */
public sealed interface Verdict {
    /** An order explains all replies, and keeps that of each client's own commands. */
    record Linearizable() implements Verdict {}

    /** An order explains all replies, but not if those of a client's pipeline ran one after the other. */
    record OutOfOrder(String key, String why) implements Verdict {}

    /** No order explains the replies. */
    record Violation(String key, String why) implements Verdict {}

    /** The search was given up after so many steps: nothing is known. */
    record Undecided(String key, long steps) implements Verdict {}

    Linearizable LINEARIZABLE = new Linearizable();
}
