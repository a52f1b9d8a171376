package io.slotgate.admin.security;

import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Says in the log who was refused, and how often, but not what they sent: for each address a line when it begins, and then at most one
 * a minute as long as it goes on. Of more than {@value #MOST} addresses within a minute, the further ones share a line. Any thread.
 */
public final class RefusalLog implements AutoCloseable {
    /** Addresses that are told apart. */
    static final int MOST = 256;
    static final String OTHERS = "others";
    static final long MINUTE_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final Logger log = LoggerFactory.getLogger(RefusalLog.class);

    private final LongSupplier clock;
    private final Executor inAMinute;
    private final Writer writer;
    private final Map<String, Refused> addresses = new HashMap<>();
    private boolean waiting;

    /** Writes a line. */
    @FunctionalInterface
    interface Writer {
        /**
         * @param requests how many, by status
         * @param guessed whether a token was wrong, and not just missing or too weak
         */
        void write(String address, SortedMap<Integer, Long> requests, boolean guessed);
    }

    private static final class Refused {
        private final SortedMap<Integer, Long> requests = new TreeMap<>();
        private boolean guessed;
        private long told;
    }

    /**
     * @param clock nanoseconds, as {@link System#nanoTime}
     * @param inAMinute runs what it is given a minute later
     */
    RefusalLog(LongSupplier clock, Executor inAMinute, Writer writer) {
        this.clock = clock;
        this.inAMinute = inAMinute;
        this.writer = writer;
    }

    /** One that writes into the log. */
    public static RefusalLog start() {
        return new RefusalLog(System::nanoTime, CompletableFuture.delayedExecutor(1, TimeUnit.MINUTES),
                RefusalLog::write);
    }

    private static void write(String address, SortedMap<Integer, Long> requests, boolean guessed) {
        log.atLevel(guessed ? Level.WARN : Level.INFO).addKeyValue("address", address)
                .addKeyValue("refused", requests.entrySet().stream().map(each -> each.getKey() + ": " + each.getValue())
                        .collect(Collectors.joining(", ")))
                .log("Requests to the admin API were refused");
    }

    /** @param guessed whether a token was wrong, and not just missing or too weak */
    synchronized void refused(String address, int status, boolean guessed) {
        String name = addresses.containsKey(address) || addresses.size() < MOST ? address : OTHERS;
        Refused known = addresses.get(name);
        Refused refused = known == null ? new Refused() : known;
        refused.requests.merge(status, 1L, Long::sum);
        refused.guessed |= guessed;
        if (known == null) {
            addresses.put(name, refused);
            tell(name, refused);
        }
        lookLater();
    }

    private void tell(String name, Refused refused) {
        writer.write(name, new TreeMap<>(refused.requests), refused.guessed);
        refused.requests.clear();
        refused.guessed = false;
        refused.told = clock.getAsLong();
    }

    private void lookLater() {
        if (!waiting && !addresses.isEmpty()) {
            waiting = true;
            inAMinute.execute(this::look);
        }
    }

    private synchronized void look() {
        waiting = false;
        long now = clock.getAsLong();
        for (Iterator<Map.Entry<String, Refused>> each = addresses.entrySet().iterator(); each.hasNext();) {
            Map.Entry<String, Refused> entry = each.next();
            Refused refused = entry.getValue();
            if (now - refused.told < MINUTE_NANOS) {
                continue;
            }
            if (refused.requests.isEmpty()) {
                each.remove();
            } else {
                tell(entry.getKey(), refused);
            }
        }
        lookLater();
    }

    /** Says what was not said yet. */
    @Override
    public synchronized void close() {
        addresses.forEach((name, refused) -> {
            if (!refused.requests.isEmpty()) {
                tell(name, refused);
            }
        });
        addresses.clear();
    }
}
