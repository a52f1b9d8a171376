package io.slotgate.proxy.command;

import io.slotgate.proxy.resp.RequestFrame;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All commands: those of the built-in table and those an upstream server reports, module commands among them. Immutable; shared
 * by all workers.
 */
public final class CommandTable {
    private static final Logger log = LoggerFactory.getLogger(CommandTable.class);

    private final List<CommandSpec> specs;
    private final Map<String, CommandSpec> byName = new HashMap<>();
    private final NameIndex commands;

    private CommandTable(Collection<CommandEntry> entries) {
        Map<String, List<CommandEntry>> subcommands = new HashMap<>();
        for (CommandEntry entry : entries) {
            if (entry.isSubcommand()) {
                subcommands.computeIfAbsent(entry.container(), name -> new ArrayList<>()).add(entry);
            }
        }
        Map<String, Integer> indexes = new HashMap<>();
        for (CommandEntry entry : entries) {
            indexes.put(entry.name(), indexes.size());
        }
        CommandSpec[] all = new CommandSpec[indexes.size()];
        List<CommandSpec> topLevel = new ArrayList<>();
        for (CommandEntry entry : entries) {
            if (!entry.isSubcommand()) {
                topLevel.add(add(entry, subcommands.getOrDefault(entry.name(), List.of()), indexes, all));
            }
        }
        this.specs = List.of(all);
        this.commands = new NameIndex(topLevel);
        for (CommandSpec spec : specs) {
            byName.put(spec.name(), spec);
        }
    }

    private static CommandSpec add(CommandEntry entry, List<CommandEntry> subcommands, Map<String, Integer> indexes,
            CommandSpec[] all) {
        NameIndex index = null;
        if (!subcommands.isEmpty()) {
            List<CommandSpec> subs = new ArrayList<>();
            for (CommandEntry subcommand : subcommands) {
                subs.add(add(subcommand, List.of(), indexes, all));
            }
            index = new NameIndex(subs);
        }
        KeyRule special = BuiltInCommands.specialKeys(entry.name());
        int place = indexes.getOrDefault(entry.name(), -1);
        CommandSpec spec = new CommandSpec(place, entry, special != null ? special : entry.keyRule(), index);
        all[place] = spec;
        return spec;
    }

    /** The commands of Valkey 8.0.1 and Redis 7.0.15, for when no upstream can be asked. Reads a resource: not for a worker. */
    public static CommandTable builtIn() {
        return new CommandTable(BuiltInCommands.read());
    }

    /**
     * The built-in table with what an upstream reports laid over it: its arities and flags, its key specifications where they
     * are complete, and all commands that are its own. An entry that cannot be read is left out with a warning. Not for a
     * worker.
     *
     * @param rawCommandReply the reply of {@code COMMAND}: lists, String or byte[], Long, and (RESP3) maps and sets
     */
    public static CommandTable learn(List<Object> rawCommandReply) {
        Map<String, CommandEntry> entries = new LinkedHashMap<>();
        for (CommandEntry entry : BuiltInCommands.read()) {
            entries.put(entry.name(), entry);
        }
        for (Object raw : rawCommandReply) {
            try {
                CommandReply.Command command = CommandReply.read(raw);
                for (CommandEntry entry : command.entries()) {
                    entries.merge(entry.name(), entry,
                            (known, reported) -> reported.over(known, command.tellsKeySpecs()));
                }
            } catch (IllegalArgumentException e) {
                log.atWarn().addKeyValue("reason", e.getMessage())
                        .log("Left out a command that the upstream reports in an unknown shape");
            }
        }
        return new CommandTable(entries.values());
    }

    /**
     * The spec of a command, or of its subcommand, if it names one that exists; null for an unknown name. Case does not matter.
     * Hot path: allocates nothing.
     */
    public @Nullable CommandSpec find(RequestFrame frame) {
        if (frame.argc() == 0) {
            return null;
        }
        CommandSpec spec = commands.find(frame.buffer(), frame.offset(0), frame.length(0));
        if (spec == null || frame.argc() == 1) {
            return spec;
        }
        NameIndex subcommands = spec.subcommandIndex();
        if (subcommands == null) {
            return spec;
        }
        CommandSpec subcommand = subcommands.find(frame.buffer(), frame.offset(1), frame.length(1));
        return subcommand != null ? subcommand : spec;
    }

    /** The spec with a full name, {@code "get"} or {@code "cluster|slots"}, in any case; null if there is none. */
    public @Nullable CommandSpec byName(String name) {
        return byName.get(name.toLowerCase(Locale.ROOT));
    }

    /** All commands and subcommands in the order of their {@linkplain CommandSpec#index() index}. */
    public List<CommandSpec> all() {
        return specs;
    }

    /** Number of commands and subcommands. */
    public int size() {
        return specs.size();
    }
}
