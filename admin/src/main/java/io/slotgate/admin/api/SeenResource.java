package io.slotgate.admin.api;

import io.javalin.http.Context;
import io.slotgate.admin.security.AuditLog;
import io.slotgate.admin.security.Gatekeeper;
import io.slotgate.admin.security.Role;
import io.slotgate.admin.view.ProxyView;
import io.slotgate.proxy.observe.CommandFigures;
import io.slotgate.proxy.observe.LatencyFigures;
import io.slotgate.proxy.observe.SlowCommand;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What the proxy saw of the commands that passed: which, and how long. */
final class SeenResource {
    private final ProxyView proxy;
    private final AuditLog audit;

    /**
     * Times in microseconds; percentiles are upper bounds of their buckets.
     *
     * @param buckets pairs of a bucket's upper bound and how many fell into it since the start, without empty ones: whoever looks twice
     *        can tell how it was in between
     */
    private record LatencyBody(long count, double meanMicros, long p50Micros, long p90Micros, long p99Micros,
            long p999Micros, List<List<Long>> buckets) {
        static LatencyBody of(LatencyFigures figures) {
            return new LatencyBody(figures.count(), Math.round(figures.meanMicros() * 10) / 10.0,
                    figures.percentileMicros(0.5), figures.percentileMicros(0.9), figures.percentileMicros(0.99),
                    figures.percentileMicros(0.999), buckets(figures));
        }

        private static List<List<Long>> buckets(LatencyFigures figures) {
            return IntStream.range(0, LatencyFigures.BUCKETS).filter(bucket -> figures.count(bucket) > 0)
                    .mapToObj(bucket -> List.of(LatencyFigures.upperBoundMicros(bucket), figures.count(bucket)))
                    .toList();
        }
    }

    private record CommandBody(String name, long calls, long errors, LatencyBody proxy, LatencyBody upstream) {}

    private record SlowBody(long id, Instant at, long micros, List<String> command, String client, String name) {}

    private record CommandsBody(long atMillis, List<CommandBody> items) {}

    SeenResource(ProxyView proxy, AuditLog audit) {
        this.proxy = proxy;
        this.audit = audit;
    }

    /** @param self the resource, from when the proxy is there */
    static void register(Routes routes, Supplier<SeenResource> self) {
        routes.shared("/commands", context -> self.get().commands(context));
        routes.get("/slowlog", context -> self.get().slow(context));
        routes.delete("/slowlog", Role.OPERATOR, context -> self.get().resetSlow(context));
    }

    private Object commands(Context context) throws InterruptedException {
        Parameters.only(context, Set.of());
        List<CommandFigures> figures = Workers.await(proxy.commands());
        return new CommandsBody(System.currentTimeMillis(), figures.stream().map(each -> new CommandBody(each.name(),
                each.calls(), each.errors(), LatencyBody.of(each.total()), LatencyBody.of(each.upstream()))).toList());
    }

    private Object slow(Context context) {
        Parameters.only(context, Set.of("after", "limit"));
        return Page.ofLatest(context, proxy.slowCommands().stream().map(SeenResource::slow).toList(), SlowBody::id);
    }

    private static SlowBody slow(SlowCommand slow) {
        return new SlowBody(slow.id(), Instant.ofEpochSecond(slow.unixSeconds()), slow.micros(),
                slow.readableArguments(),
                slow.client(), slow.clientName());
    }

    private @Nullable Object resetSlow(Context context) {
        Parameters.only(context, Set.of());
        int before = proxy.slowCommands().size();
        proxy.resetSlowCommands();
        audit.record(Gatekeeper.actor(context), "slowlog reset", "this proxy", before + " entries", "0 entries",
                "done");
        return null;
    }
}
