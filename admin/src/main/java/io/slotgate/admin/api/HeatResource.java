package io.slotgate.admin.api;

import io.javalin.http.Context;
import io.slotgate.admin.http.Refusal;
import io.slotgate.admin.view.ProxyView;
import io.slotgate.proxy.observe.HeatFigures;
import io.slotgate.proxy.observe.KeyFigures;
import io.slotgate.proxy.observe.OfProxies;
import io.slotgate.proxy.observe.SlotCounts;
import io.slotgate.topology.fleet.Member;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Which slots and keys the commands that passed were about: at this proxy, or at all of the fleet. Each answer says at which. */
final class HeatResource {
    private static final String PROXY = "proxy";
    private static final String FLEET = "fleet";
    /** All proxies are bothered for one of these, so however many pages are open, they are asked once a second. */
    private static final long FLEET_FRESH_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** What is told of each slot, by the member's name. */
    private static final Map<String, SlotCount> HEAT = heatMembers();

    private final ProxyView proxy;
    private final Shared<At<HeatFigures>> own = new Shared<>(() -> 0, System::nanoTime);
    private final Shared<At<OfProxies<KeyFigures>>> fleetKeys = new Shared<>(() -> 0, System::nanoTime,
            FLEET_FRESH_NANOS);
    private final Shared<At<OfProxies<SlotCounts>>> fleetSlots = new Shared<>(() -> 0, System::nanoTime,
            FLEET_FRESH_NANOS);

    private interface SlotCount {
        long of(SlotCounts counts, int slot);
    }

    private record At<T>(long atMillis, T value) {}

    private record KeysBody<T>(String scope, List<String> proxies, List<String> missing, List<T> items) {}

    private record HotKeyBody(String key, @Nullable Integer slot, double perSecond, double lowest, double highest) {}

    private record BigKeyBody(String key, int slot, String command, long bytes, Instant at) {}

    HeatResource(ProxyView proxy) {
        this.proxy = proxy;
    }

    private static Map<String, SlotCount> heatMembers() {
        Map<String, SlotCount> members = new LinkedHashMap<>();
        members.put("slots", (counts, slot) -> counts.reads(slot) + counts.writes(slot));
        members.put("reads", SlotCounts::reads);
        members.put("writes", SlotCounts::writes);
        return Collections.unmodifiableMap(members);
    }

    /** @param self the resource, from when the proxy is there */
    static void register(Routes routes, Supplier<HeatResource> self) {
        routes.shared("/hotkeys", context -> self.get().hotKeys(context));
        routes.shared("/bigkeys", context -> self.get().bigKeys(context));
        routes.shared("/slots/heat", context -> self.get().heat(context));
    }

    private Object hotKeys(Context context) throws Exception {
        Parameters.only(context, Set.of("scope"));
        String scope = scope(context);
        OfProxies<KeyFigures> seen = keys(scope);
        return body(scope, seen, seen.figures().hotKeys().stream().map(key -> new HotKeyBody(key.key(),
                key.slot() < 0 ? null : key.slot(), tenths(key.rate()), tenths(key.lowest()), tenths(key.highest())))
                .toList());
    }

    private static double tenths(double rate) {
        return Math.round(rate * 10) / 10.0;
    }

    private Object bigKeys(Context context) throws Exception {
        Parameters.only(context, Set.of("scope"));
        String scope = scope(context);
        OfProxies<KeyFigures> seen = keys(scope);
        return body(scope, seen, seen.figures().bigKeys().stream().map(key -> new BigKeyBody(key.key(),
                key.slot(), key.command(), key.bytes(), Instant.ofEpochMilli(key.seenMillis()))).toList());
    }

    private static <T> KeysBody<T> body(String scope, OfProxies<?> seen, List<T> items) {
        return new KeysBody<>(scope, seen.proxies(), seen.missing(), items);
    }

    /** Lists are empty if slots are not counted. */
    private Object heat(Context context) throws Exception {
        Parameters.only(context, Set.of("only", "scope"));
        String only = Parameters.text(context, "only");
        if (only != null && !HEAT.containsKey(only)) {
            throw Refusal.of("only", only, "one of " + String.join(", ", HEAT.keySet()));
        }
        String scope = scope(context);
        At<OfProxies<SlotCounts>> seen = slots(scope);
        SlotCounts counts = seen.value.figures();
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("atMillis", seen.atMillis);
        body.put("scope", scope);
        body.put("proxies", seen.value.proxies());
        body.put("missing", seen.value.missing());
        HEAT.forEach((name, count) -> {
            if (only == null || only.equals(name)) {
                // As an array of numbers: 16,384 objects for each list would cost more than all the rest.
                body.put(name, IntStream.range(0, counts.size()).mapToLong(slot -> count.of(counts, slot)).toArray());
            }
        });
        return body;
    }

    /** Of all proxies, unless it was asked for otherwise or there is but one. */
    private String scope(Context context) {
        String scope = Parameters.text(context, "scope");
        if (scope == null) {
            return proxy.members().size() > 1 ? FLEET : PROXY;
        }
        if (!scope.equals(PROXY) && !scope.equals(FLEET)) {
            throw Refusal.of("scope", scope, "one of " + PROXY + ", " + FLEET);
        }
        return scope;
    }

    private OfProxies<KeyFigures> keys(String scope) throws Exception {
        return scope.equals(FLEET)
                ? look(fleetKeys, proxy::fleetKeys).value
                : own(look(own, proxy::heat), KeyFigures::of).value;
    }

    private At<OfProxies<SlotCounts>> slots(String scope) throws Exception {
        return scope.equals(FLEET)
                ? look(fleetSlots, proxy::fleetSlots)
                : own(look(own, proxy::heat), HeatFigures::slots);
    }

    /** One look serves all that want a part of it. */
    private static <T> At<T> look(Shared<At<T>> shared, Supplier<CompletableFuture<T>> asking) throws Exception {
        return shared.get("", () -> {
            T value = Workers.await(asking.get());
            return new At<>(System.currentTimeMillis(), value);
        });
    }

    private <T> At<OfProxies<T>> own(At<HeatFigures> heat, Function<HeatFigures, T> part) {
        List<String> self = proxy.members().stream().limit(1).map(Member::id).toList();
        return new At<>(heat.atMillis, new OfProxies<>(part.apply(heat.value), self, List.of()));
    }
}
