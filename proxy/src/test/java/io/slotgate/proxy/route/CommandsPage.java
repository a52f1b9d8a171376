package io.slotgate.proxy.route;

import io.slotgate.proxy.command.CommandSpec;
import io.slotgate.proxy.command.CommandTable;
import io.slotgate.proxy.facade.Facade;
import io.slotgate.proxy.facade.FacadeSettings;
import io.slotgate.proxy.facade.Refusal;
import io.slotgate.proxy.route.Route.Audience;
import io.slotgate.proxy.route.Route.Keyspace;
import io.slotgate.proxy.route.Route.Merging;
import io.slotgate.proxy.route.Route.Splitting;
import io.slotgate.proxy.route.Route.Use;
import io.slotgate.proxy.route.Route.Verb;
import io.slotgate.topology.model.SlotMap;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * The page {@code docs/commands.md}, made of the routes that commands take. A new kind of route needs a text here, and does not
 * compile without it.
 */
final class CommandsPage {
    private static final String HEAD = """
            # Commands

            What Slotgate does with each command and subcommand of Valkey 8.0 and Redis 7.0. This page is made of the
            routes that the code has; a test keeps it so, and says how to write it anew.

            - *Its slot*: all keys must hash to one slot, else `-CROSSSLOT`. The command goes to the slot's owner, also while
              slots move or an owner is replaced.
            - *Split*: keys may lie on any slots. The parts are sent at the same time; each is atomic, the whole is not. If a
              part fails, its error is the reply.
            - *All primaries*: sent to each of them at the same time. If one fails, its error is the reply.
            - *Answered here*: no node is asked.
            - *Refused*, *not supported*: the reason is part of the error.
            - `facade.allow` of the configuration allows some of what is refused: `CONFIG SET`, `REWRITE` and `RESETSTAT`, `SAVE`,
              `BGSAVE` and `BGREWRITEAOF` then go to all primaries (not to replicas), `DEBUG` to the primary of the slot that its
              second argument hashes to, `CONFIG GET` of all names and `ACL GETUSER`, `LIST`, `USERS`, `LOG` and `DRYRUN` to
              any primary. `MONITOR` shows what all primaries do, as they say it: their clients are the proxies.
            - A command that is not listed, a module's for example, goes by the key positions that the cluster's own `COMMAND`
              reports: to its slot, or, without keys, to any primary.

            | command | what becomes of it |
            | --- | --- |
            """;

    private CommandsPage() {}

    static String text() {
        CommandTable commands = CommandTable.builtIn();
        Facade facade = new Facade(
                new FacadeSettings("page", null, 6379, 6380, 0, List.of(), "valkey", "8.0.1"), SlotMap::empty);
        RouteTable routes = new RouteTable(commands, facade);
        StringBuilder page = new StringBuilder(HEAD);
        commands.all().stream().sorted(Comparator.comparing(CommandSpec::name)).forEach(spec -> page.append("| `")
                .append(spec.name().toUpperCase(Locale.ROOT).replace('|', ' ')).append("` | ")
                .append(spec.container() ? "one of its subcommands, which follow" : text(spec, routes.of(spec)))
                .append(" |\n"));
        return page.toString();
    }

    private static String text(CommandSpec spec, Route route) {
        return switch (route) {
            case Route.Slot() -> slot(spec);
            case Route.NamedSlot() -> "to the owner of the slot it names";
            case Route.NamedKey() -> "to the owner of the slot that its second argument hashes to";
            case Route.Split split -> "split by slot; " + text(split.splitting());
            case Route.AllPrimaries all -> "to all primaries; " + text(all.merging());
            case Route.AllKeys all -> "to all primaries; " + text(all.about().merging()) + "; while slots move "
                    + text(all.about());
            case Route.Scan scan ->
                "one slot after the other, by a cursor that no move of slots breaks; on servers before"
                        + " Valkey 8 and Redis 7.4 by `CLUSTER GETKEYSINSLOT`, where a slot with more than 100,000 keys, or a user"
                        + " who may not ask for that, makes it one primary after the other, which misses keys of slots that move";
            case Route.Script script -> text(script.use());
            case Route.AnyNode() -> "to any primary";
            case Route.Leased leased -> (leased.atAllPrimaries() ? "at all primaries" : "to its slot")
                    + "; where it blocks, on a connection of its own";
            case Route.Transaction transaction -> text(transaction.verb());
            case Route.Channel() -> "to the owner of the slot that the channel's name hashes to";
            case Route.Subscribe subscribe ->
                "one subscription at the nodes for all clients" + (subscribe.audience() == Audience.SHARD
                        ? ", at the slot's owner"
                        : "");
            case Route.Subscribers subscribers ->
                "to all primaries; the sum, with our own clients in place of our subscription; those of another proxy count"
                        + " as one";
            case Route.ClusterInfo info -> "to all primaries, and made one with what is ours";
            case Route.OverClients() ->
                "answered here, over the clients of all workers; a node says whether a user of the cluster may";
            case Route.Monitor() -> "what all primaries do, by connections of the client's own";
            case Route.Tracking() ->
                "answered here, when all primaries tell us of changes; `NOLOOP` holds in default mode for commands that"
                        + " replace or remove whole values";
            case Route.Select select -> ofSelect();
            case Route.LogIn login -> "answered here; users of the cluster are checked by a node";
            case Route.Local local -> switch (spec.name()) {
                case "select" -> ofSelect();
                case "client|no-evict", "client|no-touch" ->
                    "answered here and shown by `CLIENT LIST`, without effect: nodes are not told";
                default -> "answered here";
            };
            case Route.Rejected rejected -> text(spec, rejected.refusal(), rejected.otherwise());
        };
    }

    private static String slot(CommandSpec spec) {
        if (!spec.keyed()) {
            return "to the owner of slot 0";
        }
        return spec.singleKey() != 0 ? "to its key's slot" : "to its slot";
    }

    private static String text(Keyspace about) {
        return switch (about) {
            case NAMES -> "twice, and each name once";
            case COUNT -> "until no primary has another number than before, at most fifty times";
            case ANY_KEY -> "a second time before the answer is that there is none";
            case FLUSH -> "twice";
        };
    }

    private static String text(Splitting splitting) {
        return switch (splitting) {
            case MGET -> "one array, in the order of the keys";
            case MSET -> "OK if all parts are";
            case COUNT -> "the sum";
        };
    }

    private static String text(Merging merging) {
        return switch (merging) {
            case SUM -> "the sum";
            case FIRST -> "one reply, as all are alike; where only some fail, the error and how many did it";
            case CONCATENATE -> "all elements";
            case UNION -> "all elements, each once";
            case SLOW_LOG -> "the newest entries of all, and of ours";
            case SLOW_LOG_LENGTH -> "the sum, with our own";
            case SLOW_LOG_RESET -> "one reply, as all are alike, and ours is emptied";
            case LATENCY_HISTORY -> "all samples, and those of our own event, by time";
            case LATEST_EVENTS -> "of each event, and our own, the latest time and the worst case";
            case LATENCY_RESET -> "the sum, with our own event";
            case HISTOGRAMS -> "each command's calls added up, also those up to each bound";
            case TEXTS -> "one below the other, with the node's address above";
            case ALL_TRUE -> "1 where all say 1";
            case ANY_VALUE -> "one of the replies that are not null, by chance";
            case KILLED -> "OK if one stopped a script, by a connection that the script does not block";
            case RUNNING -> "the reply of the node where something runs, by a connection that it does not block";
        };
    }

    private static String ofSelect() {
        return "answered here; what follows goes by connections that have selected the database, where the nodes have more"
                + " than one in cluster mode (Valkey 9, `cluster-databases`)";
    }

    private static String text(Verb verb) {
        return switch (verb) {
            case MULTI -> "answered here; what follows is queued here";
            case EXEC -> "what was queued goes to its slot as one piece, without keys to the owner of slot 0";
            case DISCARD -> "answered here";
            case WATCH -> "to its slot, on a connection of its own until EXEC, DISCARD or UNWATCH";
            case UNWATCH -> "answered here; the watching connection is given back";
        };
    }

    private static String text(Use use) {
        return switch (use) {
            case EVAL -> "to its slot, without keys to the owner of slot 0; the script is remembered for EVALSHA";
            case EVALSHA ->
                "to its slot, without keys to the owner of slot 0; a script that was seen here is loaded there"
                        + " first";
            case LOAD -> "to all primaries, and remembered for those to come";
            case SHOW -> "to the owner of slot 0; a script that was seen here is loaded there first";
            case EXISTS -> "to all primaries, 1 where all say 1; scripts that were seen here are loaded there first";
            case FLUSH -> "to all primaries; what was remembered is forgotten";
        };
    }

    private static String text(CommandSpec spec, Refusal refusal, Route otherwise) {
        String reason = refusal.text() + ": " + refusal.reason();
        return refusal.leavesSome()
                ? reason + ". Else: " + text(spec, otherwise)
                : reason.substring(reason.indexOf(" is ") + 4);
    }
}
