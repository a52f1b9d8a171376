package io.slotgate.proxy.facade;

import io.slotgate.proxy.command.CommandSpec;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which commands are refused and why, by full name. Three kinds: what needs a connection of its own and is not available in
 * this version, what would break the cluster or other tenants, and what tells of the nodes behind us.
 */
final class RefusalTable {
    private static final String BLOCKING = "it is not known how long this command may block";
    private static final String OPERATOR = "it would act on a node that all clients share";
    private static final String REPLICATION = "replication is between the nodes of the cluster";
    private static final String CLUSTER = "the cluster is changed on its own nodes";
    private static final String SETTINGS = "settings belong to the nodes that all clients share";
    private static final String UPSTREAM_USERS = "the users of the cluster are managed on its own nodes";

    /** Blocking commands that are passed on, on connections of their own. */
    private static final Set<String> LEASED = Set.of("blmove", "blmpop", "blpop", "brpop", "brpoplpush", "bzmpop",
            "bzpopmax", "bzpopmin", "xread", "xreadgroup", "wait", "waitaof");
    /** What is done over the clients of all workers. */
    private static final Set<String> ABOUT_CLIENTS = Set.of("client|list", "client|kill", "client|pause",
            "client|unpause", "client|unblock", "client|tracking");

    private final Map<String, Refusal> refusals = new HashMap<>();

    RefusalTable() {
        notSupported("slots are counted on the nodes that own them", "cluster|slot-stats");
        refused("it would show every client's commands", "monitor");
        refused(OPERATOR, "shutdown", "save", "bgsave", "bgrewriteaof", "pfdebug", "pfselftest",
                "script|debug",
                "module|load", "module|loadex", "module|unload");
        refusals.put("debug", Refusal.refusedForm(display("debug") + " but for DEBUG OBJECT", OPERATOR,
                frame -> frame.argc() < 3 || !frame.is(1, "object")));
        refused(REPLICATION, "replicaof", "slaveof", "failover", "sync", "psync", "replconf");
        refused(CLUSTER, "migrate", "restore-asking");
        refusals.put("config|get", Refusal.refusedForSecrets(display("config|get"),
                "they match a setting that holds a password of the nodes"));
        refused(SETTINGS, "config|set", "config|rewrite", "config|resetstat");
        refused(UPSTREAM_USERS, "acl|deluser", "acl|dryrun", "acl|getuser", "acl|list", "acl|load", "acl|log",
                "acl|save",
                "acl|setuser", "acl|users");
    }

    /** The refusal of a command, or null if it may be passed on. Not for the hot path. */
    @Nullable
    Refusal of(CommandSpec spec) {
        String name = spec.name();
        Refusal refusal = refusals.get(name);
        if (refusal != null) {
            return refusal;
        }
        // What servers will add later must not get through unseen, where only few are harmless.
        if (name.startsWith("cluster|")) {
            return isAboutKeys(name) ? null : Refusal.refused(display(name), CLUSTER);
        }
        if (ABOUT_CLIENTS.contains(name)) {
            return null;
        }
        if (name.startsWith("client|")) {
            return Refusal.notSupported(display(name), "it is not available in this version");
        }
        return spec.blocking() && !LEASED.contains(name) ? Refusal.notSupported(display(name), BLOCKING) : null;
    }

    private static boolean isAboutKeys(String name) {
        return name.equals("cluster|countkeysinslot") || name.equals("cluster|getkeysinslot");
    }

    private void notSupported(String reason, String... names) {
        for (String name : names) {
            refusals.put(name, Refusal.notSupported(display(name), reason));
        }
    }

    private void refused(String reason, String... names) {
        for (String name : names) {
            refusals.put(name, Refusal.refused(display(name), reason));
        }
    }

    private static String display(String name) {
        return name.toUpperCase(Locale.ROOT).replace('|', ' ');
    }
}
