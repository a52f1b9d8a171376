package io.slotgate.proxy.server;

import io.slotgate.proxy.observe.HeatFigures;
import io.slotgate.proxy.observe.KeyCodec;
import io.slotgate.proxy.observe.KeyFigures;
import io.slotgate.proxy.observe.SlotCodec;
import io.slotgate.topology.fleet.FleetAnswers;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What this proxy tells other ones of the slots and keys it saw. However many ask, the workers are asked a few times a second. For
 * the fleet's thread.
 */
final class HeatAnswers implements FleetAnswers {
    /** The question for {@link KeyCodec}'s bytes. */
    static final int KEYS = 1;
    /** The question for {@link SlotCodec}'s bytes. */
    static final int SLOTS = 2;

    /** Rates are made of two looks some seconds apart, and must not suffer. */
    private static final long FRESH_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Seen seen;
    private final Map<Integer, Made> made = new HashMap<>();

    private record Made(long at, CompletableFuture<byte @Nullable []> answer) {}

    HeatAnswers(Seen seen) {
        this.seen = seen;
    }

    @Override
    public CompletableFuture<byte @Nullable []> answer(int what) {
        return switch (what) {
            case KEYS -> made(what, figures -> KeyCodec.encode(KeyFigures.of(figures)));
            case SLOTS -> made(what, figures -> SlotCodec.encode(figures.slots()));
            default -> CompletableFuture.completedFuture(null);
        };
    }

    private CompletableFuture<byte @Nullable []> made(int what, Function<HeatFigures, byte @Nullable []> coding) {
        long now = System.nanoTime();
        Made last = made.get(what);
        if (last == null || now - last.at >= FRESH_NANOS) {
            last = new Made(now, seen.heat().thenApplyAsync(coding, Thread::startVirtualThread));
            made.put(what, last);
        }
        return last.answer;
    }
}
