package io.slotgate.admin.api;

import io.javalin.http.Context;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A part of a list that can be long.
 *
 * @param next what to give as {@code after} for the next part; null if this was the last
 */
record Page<T>(List<T> items, @Nullable Long next) {
    static final int DEFAULT = 100;
    static final int MOST = 1000;

    /**
     * The part a request asks for by {@code after} and {@code limit}.
     *
     * @param all in ascending order of ids
     */
    static <T> Page<T> of(Context context, List<T> all, ToLongFunction<T> id) {
        long after = after(context, Long.MIN_VALUE);
        return of(context, all.stream().filter(item -> id.applyAsLong(item) > after), id);
    }

    /**
     * The same of a list that has the latest first.
     *
     * @param all in descending order of ids
     */
    static <T> Page<T> ofLatest(Context context, List<T> all, ToLongFunction<T> id) {
        long after = after(context, Long.MAX_VALUE);
        return of(context, all.stream().filter(item -> id.applyAsLong(item) < after), id);
    }

    /** The same of a list without ids: {@code after} is how many stand before the part. */
    static <T> Page<T> ofNumbered(Context context, List<T> all) {
        long after = Parameters.number(context, "after", 0, 0, Integer.MAX_VALUE);
        int limit = limit(context);
        List<T> items = all.stream().skip(after).limit(limit).toList();
        long next = after + items.size();
        return new Page<>(items, next < all.size() ? next : null);
    }

    private static <T> Page<T> of(Context context, Stream<T> following, ToLongFunction<T> id) {
        int limit = limit(context);
        List<T> items = following.limit(limit + 1L).toList();
        if (items.size() <= limit) {
            return new Page<>(items, null);
        }
        List<T> part = items.subList(0, limit);
        return new Page<>(part, id.applyAsLong(part.getLast()));
    }

    private static long after(Context context, long fallback) {
        return Parameters.number(context, "after", fallback, Long.MIN_VALUE, Long.MAX_VALUE);
    }

    private static int limit(Context context) {
        return (int) Parameters.number(context, "limit", DEFAULT, 1, MOST);
    }
}
