package io.slotgate.topology.history;

import io.slotgate.topology.model.Cause;
import java.time.Instant;

/**
 * An event as it stands in the history. An entry that grows (further slots of one resharding) gets a new id, so that who
 * follows the ids hears of it, and replaces the one of the same {@code origin}.
 *
 * @param id ascending, from 1
 * @param origin the id it first had; the same for as long as it grows
 * @param time when it began
 * @param until when it last grew; {@code time} if it never did
 * @param mapVersion version of the slot map that showed it, or that was current
 * @param times how often the very same happened in this time, 1 or more
 * @param cause how it came to be known at first, or why it was done
 * @param event what happened
 */
public record HistoryEntry(long id, long origin, Instant time, Instant until, long mapVersion, int times, Cause cause,
        TopologyEvent event) {

    /** The same, grown under a new id. */
    HistoryEntry grown(long newId, Instant now, long version, int moreTimes, TopologyEvent grown) {
        return new HistoryEntry(newId, origin, time, now, version, times + moreTimes, cause, grown);
    }

    /** The same with what only confirms it. */
    HistoryEntry confirmed(Instant now) {
        return new HistoryEntry(id, origin, time, now, mapVersion, times, cause, event);
    }
}
