package io.slotgate.proxy.route;

import io.slotgate.proxy.command.CommandSpec;
import io.slotgate.proxy.command.CommandTable;
import io.slotgate.proxy.facade.Facade;
import io.slotgate.proxy.facade.LocalCommand;
import io.slotgate.proxy.facade.Refusal;
import io.slotgate.proxy.facade.Refusals;
import io.slotgate.proxy.resp.RequestFrame;
import io.slotgate.proxy.route.Route.Merging;
import io.slotgate.proxy.route.Route.Splitting;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The commands there are and the way each takes. Immutable; built anew when the commands are learned from the cluster. */
public final class RouteTable {
    private static final Map<String, Route> BY_NAME = Map.ofEntries(
            Map.entry("mget", new Route.Split(Splitting.MGET)),
            Map.entry("mset", new Route.Split(Splitting.MSET)),
            Map.entry("del", new Route.Split(Splitting.COUNT)),
            Map.entry("unlink", new Route.Split(Splitting.COUNT)),
            Map.entry("exists", new Route.Split(Splitting.COUNT)),
            Map.entry("touch", new Route.Split(Splitting.COUNT)),
            Map.entry("dbsize", new Route.AllPrimaries(Merging.SUM)),
            Map.entry("keys", new Route.AllPrimaries(Merging.CONCATENATE)),
            Map.entry("flushall", new Route.AllPrimaries(Merging.FIRST)),
            Map.entry("flushdb", new Route.AllPrimaries(Merging.FIRST)),
            Map.entry("randomkey", new Route.AllPrimaries(Merging.ANY_VALUE)),
            Map.entry("script|load", new Route.AllPrimaries(Merging.FIRST)),
            Map.entry("script|flush", new Route.AllPrimaries(Merging.FIRST)),
            Map.entry("script|exists", new Route.AllPrimaries(Merging.ALL_TRUE)),
            Map.entry("function|load", new Route.AllPrimaries(Merging.FIRST)),
            Map.entry("function|delete", new Route.AllPrimaries(Merging.FIRST)),
            Map.entry("function|flush", new Route.AllPrimaries(Merging.FIRST)),
            Map.entry("function|restore", new Route.AllPrimaries(Merging.FIRST)),
            Map.entry("cluster|countkeysinslot", Route.NAMED_SLOT),
            Map.entry("cluster|getkeysinslot", Route.NAMED_SLOT),
            Map.entry("slowlog|get", new Route.AllPrimaries(Merging.SLOW_LOG)),
            Map.entry("slowlog|len", new Route.AllPrimaries(Merging.SUM)),
            Map.entry("slowlog|reset", new Route.AllPrimaries(Merging.FIRST)),
            Map.entry("latency|latest", new Route.AllPrimaries(Merging.LATEST_EVENTS)),
            Map.entry("latency|history", new Route.AllPrimaries(Merging.LATENCY_HISTORY)),
            Map.entry("latency|reset", new Route.AllPrimaries(Merging.SUM)),
            Map.entry("client|list", Route.OVER_CLIENTS),
            Map.entry("client|kill", Route.OVER_CLIENTS),
            Map.entry("client|pause", Route.OVER_CLIENTS),
            Map.entry("client|unpause", Route.OVER_CLIENTS),
            Map.entry("client|unblock", Route.OVER_CLIENTS),
            Map.entry("scan", Route.SCAN));

    /** Commands whose keyless form must still always run at the same node. */
    private static final Set<String> SCRIPTS = Set.of("eval", "eval_ro", "evalsha", "evalsha_ro", "fcall", "fcall_ro");

    private final CommandTable commands;
    private final Route[] routes;

    public RouteTable(CommandTable commands, Facade facade) {
        this.commands = commands;
        this.routes = new Route[commands.size()];
        for (CommandSpec spec : commands.all()) {
            routes[spec.index()] = route(spec, facade);
        }
    }

    private static Route route(CommandSpec spec, Facade facade) {
        LocalCommand local = facade.commandFor(spec);
        if (local != null) {
            return new Route.Local(local);
        }
        if (spec.name().equals("info")) {
            return new Route.Info(facade.info());
        }
        Refusal refusal = Refusals.refusalFor(spec);
        return refusal != null ? new Route.Rejected(refusal, upstream(spec)) : upstream(spec);
    }

    private static Route upstream(CommandSpec spec) {
        Route known = BY_NAME.get(spec.name());
        if (known != null) {
            return known;
        }
        return spec.keyed() || SCRIPTS.contains(spec.name()) ? Route.SLOT : Route.ANY_NODE;
    }

    /** The command a frame holds; null if there is none of that name. */
    public @Nullable CommandSpec find(RequestFrame frame) {
        return commands.find(frame);
    }

    public Route of(CommandSpec spec) {
        return routes[spec.index()];
    }
}
