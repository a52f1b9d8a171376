package io.slotgate.proxy.command;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a server reports of one command, or what the built-in table says in its place: the material of a {@link CommandSpec}.
 *
 * @param name in lower case; a subcommand's has its container's and {@code |} in front
 * @param arity as {@link CommandSpec#arity()}
 * @param keySpecs in the server's order; empty for a command without keys
 */
record CommandEntry(String name, int arity, Set<CommandFlag> flags, List<KeySpec> keySpecs) {
    /**
     * One key specification.
     *
     * @param keys null where the server says {@code unknown}
     * @param notKey what is found are no keys but hashes as keys do: sharded channels
     * @param incomplete there may be more keys than this finds
     */
    record KeySpec(@Nullable SpecKeys keys, boolean notKey, boolean incomplete) {}

    CommandEntry {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("command: '' (expected: a name)");
        }
        Set<CommandFlag> copy = EnumSet.noneOf(CommandFlag.class);
        copy.addAll(flags);
        flags = Collections.unmodifiableSet(copy);
        keySpecs = List.copyOf(keySpecs);
    }

    boolean isSubcommand() {
        return name.indexOf('|') >= 0;
    }

    String container() {
        return name.substring(0, name.indexOf('|'));
    }

    /** How many keys a command with these flags must name where it counts them itself. */
    static int leastKeys(Set<CommandFlag> flags) {
        return flags.contains(CommandFlag.NO_MANDATORY_KEYS) ? 0 : 1;
    }

    /** The rule of what is known of the keys. */
    KeyRule keyRule() {
        List<SpecKeys> known = new ArrayList<>();
        for (KeySpec spec : keySpecs) {
            if (spec.keys() != null) {
                append(known, spec.keys());
            }
        }
        return switch (known.size()) {
            case 0 -> NoKeys.INSTANCE;
            case 1 -> known.get(0);
            default -> new JoinedKeys(known);
        };
    }

    /** Ranges that follow each other become one, as in a node's redirecting code: the second may be empty then (PFMERGE). */
    private static void append(List<SpecKeys> known, SpecKeys keys) {
        if (!known.isEmpty() && known.get(known.size() - 1) instanceof IndexedKeys before
                && keys instanceof IndexedKeys next
                && before.finder() instanceof KeyFinder.Range a && next.finder() instanceof KeyFinder.Range b
                && a.last() >= 0 && a.step() == 1 && b.step() == 1 && b.limit() == 0
                && next.first() == before.first() + a.last() + 1) {
            int last = b.last() >= 0 ? b.last() + next.first() - before.first() : b.last();
            known.set(known.size() - 1, new IndexedKeys(before.first(), new KeyFinder.Range(last, 1, 0)));
        } else {
            known.add(keys);
        }
    }

    /** This, as the server reports it, with what the built-in table knows better. */
    CommandEntry over(CommandEntry builtIn, boolean tellsKeySpecs) {
        Set<CommandFlag> merged = EnumSet.noneOf(CommandFlag.class);
        merged.addAll(flags);
        if (!tellsKeySpecs) {
            // A server that old has fewer flags; what a command does was the same then.
            merged.addAll(builtIn.flags);
        } else if (builtIn.flags.contains(CommandFlag.BLOCKING)) {
            // Redis does not flag WAIT.
            merged.add(CommandFlag.BLOCKING);
        }
        boolean better = tellsKeySpecs && !keySpecs.isEmpty();
        return new CommandEntry(name, arity, merged, better ? keySpecs : builtIn.keySpecs);
    }
}
