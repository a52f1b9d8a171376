package io.slotgate.admin.api;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * What several want at about the same time, made once: whoever asks while it is made waits for it, whoever asks shortly after takes it
 * as it is. Nobody is given what was begun before the last change. Keeps at most {@value #MOST} values. Any thread.
 */
final class Shared<T> {
    /** How old a value may be when it is given away, if nothing else is said. */
    static final long FRESH_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private static final int MOST = 8;

    private final LongSupplier changes;
    private final LongSupplier nanoTime;
    private final long freshNanos;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Made<T>> all = new LinkedHashMap<>();

    /** @param begun in terms of the clock */
    private record Made<T>(long begun, long changes, CompletableFuture<T> value) {}

    /**
     * @param changes grows with each change that must be seen at once
     * @param nanoTime the clock, as {@link System#nanoTime}
     */
    Shared(LongSupplier changes, LongSupplier nanoTime) {
        this(changes, nanoTime, FRESH_NANOS);
    }

    /**
     * As above.
     *
     * @param freshNanos how old a value may be when it is given away
     */
    Shared(LongSupplier changes, LongSupplier nanoTime, long freshNanos) {
        this.changes = changes;
        this.nanoTime = nanoTime;
        this.freshNanos = freshNanos;
    }

    /**
     * The value of this key.
     *
     * @param maker called by one of those who want it; what it throws, all of them get
     */
    T get(String key, Callable<T> maker) throws Exception {
        Made<T> made;
        boolean mine = false;
        lock.lock();
        try {
            long now = nanoTime.getAsLong();
            long seen = changes.getAsLong();
            all.values()
                    .removeIf(each -> each.changes != seen || (now - each.begun >= freshNanos && each.value.isDone()));
            made = all.get(key);
            if (made == null) {
                if (all.size() >= MOST) {
                    all.remove(all.keySet().iterator().next());
                }
                made = new Made<>(now, seen, new CompletableFuture<>());
                all.put(key, made);
                mine = true;
            }
        } finally {
            lock.unlock();
        }
        if (mine) {
            make(key, made, maker);
        }
        return await(made.value);
    }

    private void make(String key, Made<T> made, Callable<T> maker) {
        try {
            made.value.complete(maker.call());
        } catch (Throwable e) {
            lock.lock();
            try {
                all.remove(key, made);
            } finally {
                lock.unlock();
            }
            made.value.completeExceptionally(e);
        }
    }

    private static <T> T await(CompletableFuture<T> value) throws Exception {
        try {
            return value.get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case Exception exception -> throw exception;
                case Error error -> throw error;
                case null, default -> throw e;
            }
        }
    }
}
