package io.slotgate.proxy.route;

import io.slotgate.proxy.command.CommandSpec;
import io.slotgate.proxy.command.CommandTable;
import io.slotgate.proxy.facade.Facade;
import io.slotgate.proxy.facade.LocalCommand;
import io.slotgate.proxy.facade.Login;
import io.slotgate.proxy.facade.Refusal;
import io.slotgate.proxy.resp.RequestFrame;
import io.slotgate.proxy.route.Route.Audience;
import io.slotgate.proxy.route.Route.Keyspace;
import io.slotgate.proxy.route.Route.Merging;
import io.slotgate.proxy.route.Route.Splitting;
import io.slotgate.proxy.route.Route.Use;
import io.slotgate.proxy.route.Route.Verb;
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
            Map.entry("dbsize", new Route.AllKeys(Keyspace.COUNT)),
            Map.entry("keys", new Route.AllKeys(Keyspace.NAMES)),
            Map.entry("flushall", new Route.AllKeys(Keyspace.FLUSH)),
            Map.entry("flushdb", new Route.AllKeys(Keyspace.FLUSH)),
            Map.entry("randomkey", new Route.AllKeys(Keyspace.ANY_KEY)),
            Map.entry("eval", new Route.Script(Use.EVAL)),
            Map.entry("eval_ro", new Route.Script(Use.EVAL)),
            Map.entry("evalsha", new Route.Script(Use.EVALSHA)),
            Map.entry("evalsha_ro", new Route.Script(Use.EVALSHA)),
            Map.entry("script|load", new Route.Script(Use.LOAD)),
            Map.entry("script|show", new Route.Script(Use.SHOW)),
            Map.entry("script|flush", new Route.Script(Use.FLUSH)),
            Map.entry("script|exists", new Route.Script(Use.EXISTS)),
            Map.entry("script|kill", new Route.AllPrimaries(Merging.KILLED)),
            Map.entry("function|kill", new Route.AllPrimaries(Merging.KILLED)),
            Map.entry("function|stats", new Route.AllPrimaries(Merging.RUNNING)),
            Map.entry("memory|purge", new Route.AllPrimaries(Merging.FIRST)),
            // All have the same; so that it is always the same that is asked.
            Map.entry("function|list", Route.SLOT),
            Map.entry("function|dump", Route.SLOT),
            Map.entry("function|load", new Route.AllPrimaries(Merging.FIRST)),
            Map.entry("function|delete", new Route.AllPrimaries(Merging.FIRST)),
            Map.entry("function|flush", new Route.AllPrimaries(Merging.FIRST)),
            Map.entry("function|restore", new Route.AllPrimaries(Merging.FIRST)),
            Map.entry("blpop", new Route.Leased(BlockTimeout.LAST_SECONDS, false)),
            Map.entry("brpop", new Route.Leased(BlockTimeout.LAST_SECONDS, false)),
            Map.entry("blmove", new Route.Leased(BlockTimeout.LAST_SECONDS, false)),
            Map.entry("brpoplpush", new Route.Leased(BlockTimeout.LAST_SECONDS, false)),
            Map.entry("bzpopmin", new Route.Leased(BlockTimeout.LAST_SECONDS, false)),
            Map.entry("bzpopmax", new Route.Leased(BlockTimeout.LAST_SECONDS, false)),
            Map.entry("blmpop", new Route.Leased(BlockTimeout.FIRST_SECONDS, false)),
            Map.entry("bzmpop", new Route.Leased(BlockTimeout.FIRST_SECONDS, false)),
            Map.entry("xread", new Route.Leased(BlockTimeout.OPTION_MILLIS, false)),
            Map.entry("xreadgroup", new Route.Leased(BlockTimeout.OPTION_MILLIS, false)),
            Map.entry("wait", new Route.Leased(BlockTimeout.LAST_MILLIS, true)),
            Map.entry("waitaof", new Route.Leased(BlockTimeout.LAST_MILLIS, true)),
            Map.entry("debug", Route.NAMED_KEY),
            // Refused, unless an operator allows them.
            Map.entry("config|set", new Route.AllPrimaries(Merging.FIRST)),
            Map.entry("config|rewrite", new Route.AllPrimaries(Merging.FIRST)),
            Map.entry("config|resetstat", new Route.AllPrimaries(Merging.FIRST)),
            Map.entry("save", new Route.AllPrimaries(Merging.FIRST)),
            Map.entry("bgsave", new Route.AllPrimaries(Merging.FIRST)),
            Map.entry("bgrewriteaof", new Route.AllPrimaries(Merging.FIRST)),
            Map.entry("cluster|countkeysinslot", Route.NAMED_SLOT),
            Map.entry("cluster|getkeysinslot", Route.NAMED_SLOT),
            Map.entry("multi", new Route.Transaction(Verb.MULTI)),
            Map.entry("exec", new Route.Transaction(Verb.EXEC)),
            Map.entry("discard", new Route.Transaction(Verb.DISCARD)),
            Map.entry("watch", new Route.Transaction(Verb.WATCH)),
            Map.entry("unwatch", new Route.Transaction(Verb.UNWATCH)),
            Map.entry("publish", Route.CHANNEL),
            Map.entry("subscribe", new Route.Subscribe(Audience.CHANNEL, true)),
            Map.entry("unsubscribe", new Route.Subscribe(Audience.CHANNEL, false)),
            Map.entry("psubscribe", new Route.Subscribe(Audience.PATTERN, true)),
            Map.entry("punsubscribe", new Route.Subscribe(Audience.PATTERN, false)),
            Map.entry("ssubscribe", new Route.Subscribe(Audience.SHARD, true)),
            Map.entry("sunsubscribe", new Route.Subscribe(Audience.SHARD, false)),
            Map.entry("pubsub|channels", new Route.AllPrimaries(Merging.UNION)),
            Map.entry("pubsub|shardchannels", new Route.AllPrimaries(Merging.UNION)),
            Map.entry("pubsub|numpat", new Route.AllPrimaries(Merging.SUM)),
            Map.entry("pubsub|numsub", new Route.Subscribers(Audience.CHANNEL)),
            Map.entry("pubsub|shardnumsub", new Route.Subscribers(Audience.SHARD)),
            Map.entry("slowlog|get", new Route.AllPrimaries(Merging.SLOW_LOG)),
            Map.entry("slowlog|len", new Route.AllPrimaries(Merging.SLOW_LOG_LENGTH)),
            Map.entry("slowlog|reset", new Route.AllPrimaries(Merging.SLOW_LOG_RESET)),
            Map.entry("latency|latest", new Route.AllPrimaries(Merging.LATEST_EVENTS)),
            Map.entry("latency|history", new Route.AllPrimaries(Merging.LATENCY_HISTORY)),
            Map.entry("latency|reset", new Route.AllPrimaries(Merging.LATENCY_RESET)),
            Map.entry("latency|histogram", new Route.AllPrimaries(Merging.HISTOGRAMS)),
            Map.entry("latency|doctor", new Route.AllPrimaries(Merging.TEXTS)),
            Map.entry("latency|graph", new Route.AllPrimaries(Merging.TEXTS)),
            Map.entry("client|list", Route.OVER_CLIENTS),
            Map.entry("client|kill", Route.OVER_CLIENTS),
            Map.entry("client|pause", Route.OVER_CLIENTS),
            Map.entry("client|unpause", Route.OVER_CLIENTS),
            Map.entry("client|unblock", Route.OVER_CLIENTS),
            Map.entry("client|tracking", Route.TRACKING),
            Map.entry("monitor", Route.MONITOR));

    /** Commands whose keyless form must still always run at the same node. */
    private static final Set<String> FUNCTIONS = Set.of("fcall", "fcall_ro");

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
        if (spec.name().equals("select") && facade.databases() > 1) {
            return new Route.Select(facade.databases());
        }
        if (local instanceof Login login && facade.asksNodes()) {
            return new Route.LogIn(login);
        }
        if (local != null) {
            return new Route.Local(local);
        }
        if (spec.name().equals("scan")) {
            return new Route.Scan(facade.nodesScanBySlot());
        }
        if (spec.name().equals("info")) {
            return new Route.ClusterInfo(facade.info());
        }
        Refusal refusal = facade.refusalFor(spec);
        return refusal != null ? new Route.Rejected(refusal, upstream(spec)) : upstream(spec);
    }

    private static Route upstream(CommandSpec spec) {
        Route known = BY_NAME.get(spec.name());
        if (known != null) {
            return known;
        }
        return spec.keyed() || FUNCTIONS.contains(spec.name()) ? Route.SLOT : Route.ANY_NODE;
    }

    /** The command a frame holds; null if there is none of that name. */
    public @Nullable CommandSpec find(RequestFrame frame) {
        return commands.find(frame);
    }

    public Route of(CommandSpec spec) {
        return routes[spec.index()];
    }
}
