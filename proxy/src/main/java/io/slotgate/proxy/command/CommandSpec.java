package io.slotgate.proxy.command;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What there is to know of one command, or of one subcommand, before it is sent: immutable, and shared by all workers. What
 * the hot path asks is a field.
 */
public final class CommandSpec {
    private final int index;
    private final String name;
    private final int arity;
    private final Set<CommandFlag> flags;
    private final KeyRule keys;
    private final int singleKey;
    private final boolean keyed;
    private final boolean readOnly;
    private final boolean write;
    private final boolean blocking;
    private final boolean pubsub;
    private final boolean admin;
    private final boolean noAuth;
    private final boolean noMulti;
    private final @Nullable NameIndex subcommands;

    /** @param subcommands the subcommands of a container such as CLUSTER, else null */
    CommandSpec(int index, CommandEntry entry, KeyRule keys, @Nullable NameIndex subcommands) {
        this.index = index;
        this.name = entry.name();
        this.arity = entry.arity();
        this.flags = entry.flags();
        this.keys = keys;
        int single = keys instanceof IndexedKeys indexed ? indexed.single() : 0;
        this.singleKey = single < Math.abs(arity) ? single : 0;
        this.keyed = !(keys instanceof NoKeys);
        this.readOnly = flags.contains(CommandFlag.READONLY);
        this.write = flags.contains(CommandFlag.WRITE);
        this.blocking = flags.contains(CommandFlag.BLOCKING);
        this.pubsub = flags.contains(CommandFlag.PUBSUB);
        this.admin = flags.contains(CommandFlag.ADMIN);
        this.noAuth = flags.contains(CommandFlag.NO_AUTH);
        this.noMulti = flags.contains(CommandFlag.NO_MULTI);
        this.subcommands = subcommands;
    }

    /**
     * Place in its table: 0 to {@link CommandTable#size()} - 1. A command of the built-in table has the same index in every
     * learned table.
     */
    public int index() {
        return index;
    }

    /** Name in lower case; a subcommand's has its container's in front: {@code "get"}, {@code "cluster|slots"}. */
    public String name() {
        return name;
    }

    /** Arguments with the name (and the subcommand's): exactly this many, or, if negative, at least as many as its value. */
    public int arity() {
        return arity;
    }

    /** Whether a command of {@code argc} arguments, its name included, has as many as {@link #arity()} demands. */
    public boolean accepts(int argc) {
        return arity >= 0 ? argc == arity : argc >= -arity;
    }

    public boolean has(CommandFlag flag) {
        return flags.contains(flag);
    }

    /** All flags; unmodifiable. */
    public Set<CommandFlag> flags() {
        return flags;
    }

    /**
     * Argument index (1 or more; 0 is the name) of the only key, where every well-formed call has exactly one and it always
     * stands there; else 0. A command that its spec {@linkplain #accepts accepts} has that argument.
     */
    public int singleKey() {
        return singleKey;
    }

    /** Where the keys are; always there, and tells the same as {@link #singleKey()} where that is not 0. */
    public KeyRule keys() {
        return keys;
    }

    /** Whether the command can have keys at all. */
    public boolean keyed() {
        return keyed;
    }

    public boolean readOnly() {
        return readOnly;
    }

    /** May change data. Neither this nor {@link #readOnly()} holds for commands that have nothing to do with data. */
    public boolean write() {
        return write;
    }

    public boolean blocking() {
        return blocking;
    }

    public boolean pubsub() {
        return pubsub;
    }

    public boolean admin() {
        return admin;
    }

    /** Allowed before AUTH. */
    public boolean noAuth() {
        return noAuth;
    }

    /** Refused inside MULTI. */
    public boolean noMulti() {
        return noMulti;
    }

    /** Whether the first argument names a subcommand, as in CLUSTER SLOTS. */
    public boolean container() {
        return subcommands != null;
    }

    /** The specs of a container's subcommands; empty for any other command. */
    public List<CommandSpec> subcommands() {
        return subcommands == null ? List.of() : subcommands.specs();
    }

    @Nullable
    NameIndex subcommandIndex() {
        return subcommands;
    }

    @Override
    public String toString() {
        return name;
    }
}
