package io.slotgate.admin.security;

import io.slotgate.admin.http.Refusal;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was changed through the API, by whom, and what came of it: in the log, under a logger of its own so that it can be kept elsewhere,
 * and the latest {@value #MOST} in memory. Any thread.
 */
public final class AuditLog {
    /** Entries kept in memory. */
    public static final int MOST = 500;
    /** The outcome of what failed in a way that does not tell whether it was done. */
    public static final String UNKNOWN = "not known";
    private static final Logger log = LoggerFactory.getLogger("slotgate.audit");

    private final Clock clock;
    private final ArrayDeque<Entry> entries = new ArrayDeque<>();
    private long lastId;

    /**
     * One change.
     *
     * @param id ascending, from 1
     * @param actor name of who did it
     * @param address they came from
     * @param action what, in the API's words
     * @param target on what
     * @param before how it was; null if that can't be said
     * @param after how it is, or what was asked for; null if that can't be said
     * @param outcome {@code done}, or why not, or {@link #UNKNOWN}
     */
    public record Entry(long id, Instant at, String actor, String role, String address, String action, String target,
            @Nullable String before, @Nullable String after, String outcome) {}

    /**
     * A change of settings that was made.
     *
     * @param target on what
     * @param before what changed, as it was
     * @param after what changed, as it is
     */
    public record Done(String target, Map<String, String> before, Map<String, String> after) {}

    /** Makes a change. */
    public interface Change<T> {
        T make() throws InterruptedException;
    }

    public AuditLog(Clock clock) {
        this.clock = clock;
    }

    /** Writes one down. Secrets must not be in it. */
    public synchronized void record(Actor actor, String action, String target, @Nullable String before,
            @Nullable String after, String outcome) {
        Entry entry = new Entry(++lastId, clock.instant(), actor.name(), actor.role().word(), actor.address(), action,
                target,
                before, after, outcome);
        if (entries.size() == MOST) {
            entries.removeFirst();
        }
        entries.addLast(entry);
        log.atInfo().addKeyValue("actor", entry.actor()).addKeyValue("role", entry.role())
                .addKeyValue("address", entry.address()).addKeyValue("target", target)
                .addKeyValue("before", String.valueOf(before)).addKeyValue("after", String.valueOf(after))
                .addKeyValue("outcome", outcome).log(action);
    }

    /**
     * Has a change made and writes down what came of it, whatever that is.
     *
     * @param target on what, if nothing comes of it
     * @param told what came of it; null: nothing was meant to
     */
    public <T> T change(Actor actor, String action, String target, Change<T> change,
            Function<T, @Nullable Done> told) throws InterruptedException {
        @Nullable
        Entered entered = new Entered(target, null, null, UNKNOWN);
        try {
            T made = change.make();
            Done done = told.apply(made);
            entered = done == null
                    ? null
                    : new Entered(done.target(), done.before().toString(), done.after().toString(), "done");
            return made;
        } catch (Refusal refused) {
            entered = new Entered(target, null, null, "refused: " + refused.getMessage());
            throw refused;
        } finally {
            if (entered != null) {
                record(actor, action, entered.target(), entered.before(), entered.after(), entered.outcome());
            }
        }
    }

    private record Entered(String target, @Nullable String before, @Nullable String after, String outcome) {}

    /** The latest first. */
    public synchronized List<Entry> entries() {
        return new ArrayList<>(entries.reversed());
    }
}
