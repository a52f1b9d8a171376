package io.slotgate.proxy.observe;

import io.slotgate.proxy.command.CommandSpec;
import java.util.Set;

/** The few kinds of commands that figures are kept apart by where to keep each command apart would be too many. */
public enum CommandClass {
    /** Reads data. */
    READ,
    /** May change data. */
    WRITE,
    /** EVAL, FCALL and the like, and what loads scripts and functions: the script decides what it does. */
    SCRIPT,
    /** MULTI, EXEC, WATCH and the like. */
    TRANSACTION,
    /** May block; whether one does depends on its arguments. */
    BLOCKING,
    /** SUBSCRIBE, PUBLISH and the like. */
    PUBSUB,
    /** For operators. */
    ADMIN,
    /** About the connection, the cluster or the server. */
    OTHER;

    private static final Set<String> SCRIPTS = Set.of("eval", "evalsha", "eval_ro", "evalsha_ro", "fcall", "fcall_ro",
            "script", "function");
    private static final Set<String> TRANSACTIONS = Set.of("multi", "exec", "discard", "watch", "unwatch");

    /** What a command belongs to, by its name and the flags that the server gives it. */
    public static CommandClass of(CommandSpec spec) {
        int bar = spec.name().indexOf('|');
        String name = bar < 0 ? spec.name() : spec.name().substring(0, bar);
        if (SCRIPTS.contains(name)) {
            return SCRIPT;
        }
        if (TRANSACTIONS.contains(name)) {
            return TRANSACTION;
        }
        if (spec.blocking()) {
            return BLOCKING;
        }
        if (spec.pubsub()) {
            return PUBSUB;
        }
        if (spec.readOnly()) {
            return READ;
        }
        if (spec.write()) {
            return WRITE;
        }
        return spec.admin() ? ADMIN : OTHER;
    }
}
