package io.slotgate.proxy.observe;

import io.slotgate.proxy.command.CommandSpec;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What one worker counts of each command; room is made when a command is first used. */
final class CommandRecords {
    /** Of one command; plain fields. */
    static final class Entry {
        CommandSpec spec;
        long calls;
        long errors;
        long refused;
        long uncertain;
        final Latencies total = new Latencies();
        final Latencies upstream = new Latencies();

        Entry(CommandSpec spec) {
            this.spec = spec;
        }

        CommandFigures snapshot() {
            return new CommandFigures(spec.name(), CommandClass.of(spec), calls, errors, refused, uncertain,
                    total.snapshot(), upstream.snapshot());
        }
    }

    private final Map<String, Entry> byName = new HashMap<>();
    /** The same by index: the way to those that were used. */
    private @Nullable Entry[] entries = new @Nullable Entry[512];

    Entry of(CommandSpec spec) {
        int index = spec.index();
        Entry entry = index < entries.length ? entries[index] : null;
        return entry != null && entry.spec == spec ? entry : find(spec);
    }

    /** A command that is new, or comes from another table. */
    private Entry find(CommandSpec spec) {
        int index = spec.index();
        if (index >= entries.length) {
            entries = Arrays.copyOf(entries, Math.max(index + 1, entries.length * 2));
        }
        // Another of a module may have had this place in an older table: what was counted of it stays.
        Entry entry = byName.computeIfAbsent(spec.name(), name -> new Entry(spec));
        entry.spec = spec;
        entries[index] = entry;
        return entry;
    }

    List<CommandFigures> snapshot() {
        return byName.values().stream().map(Entry::snapshot).toList();
    }
}
