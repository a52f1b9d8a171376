package io.slotgate.topology.fleet;

import java.util.concurrent.atomic.AtomicLong;

/** What the fleet's part of this proxy counts. Any thread. */
public final class FleetCounters {
    final AtomicLong messagesIn = new AtomicLong();
    final AtomicLong messagesOut = new AtomicLong();
    final AtomicLong bytesIn = new AtomicLong();
    final AtomicLong bytesOut = new AtomicLong();
    final AtomicLong malformed = new AtomicLong();
    final AtomicLong overflowed = new AtomicLong();
    final AtomicLong unsent = new AtomicLong();
    final AtomicLong changes = new AtomicLong();
    final AtomicLong healed = new AtomicLong();
    final AtomicLong delayMillis = new AtomicLong();
    final AtomicLong failedLookups = new AtomicLong();
    final AtomicLong questions = new AtomicLong();
    final AtomicLong unanswered = new AtomicLong();
    final AtomicLong refused = new AtomicLong();

    FleetCounters() {}

    /** Messages of other members taken in, malformed ones included. */
    public long messagesIn() {
        return messagesIn.get();
    }

    /** Messages sent; one to all counts once. */
    public long messagesOut() {
        return messagesOut.get();
    }

    /** Bytes of messages taken in, without what JGroups adds. */
    public long bytesIn() {
        return bytesIn.get();
    }

    /** Bytes of messages sent; those of one to all count once. */
    public long bytesOut() {
        return bytesOut.get();
    }

    /** Messages, and bodies of answers, dropped because they could not be read. */
    public long malformed() {
        return malformed.get();
    }

    /** Messages and finds dropped because the fleet's thread was too far behind. */
    public long overflowed() {
        return overflowed.get();
    }

    /** Messages that could not be sent. */
    public long unsent() {
        return unsent.get();
    }

    /** Messages with changes that other members told at once. */
    public long changes() {
        return changes.get();
    }

    /** Times anti-entropy found that we were behind. */
    public long healed() {
        return healed.get();
    }

    /** How long the latest change took from the member that met it to here, by both clocks; milliseconds. */
    public long delayMillis() {
        return delayMillis.get();
    }

    /** Questions to the other members; one to all counts once. */
    public long questions() {
        return questions.get();
    }

    /** Answers of other members that were waited for in vain. */
    public long unanswered() {
        return unanswered.get();
    }

    /** Questions of other members that could not be answered: not known here, too many at a time, or too long an answer. */
    public long refused() {
        return refused.get();
    }

    /** Times the name of the members gave no address. */
    public long failedLookups() {
        return failedLookups.get();
    }
}
