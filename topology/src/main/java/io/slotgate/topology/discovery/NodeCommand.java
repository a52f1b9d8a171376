package io.slotgate.topology.discovery;

import org.jspecify.annotations.Nullable;

/** The commands discovery sends. */
enum NodeCommand {
    /** Slots, config epochs and flags: <a href="https://valkey.io/commands/cluster-nodes/">CLUSTER NODES</a>. */
    CLUSTER_NODES("CLUSTER", "NODES"),
    /** Endpoints and health: <a href="https://valkey.io/commands/cluster-shards/">CLUSTER SHARDS</a>, since 7.0. */
    CLUSTER_SHARDS("CLUSTER", "SHARDS"),
    /** <a href="https://valkey.io/commands/cluster-myshardid/">CLUSTER MYSHARDID</a>, since 7.2. */
    CLUSTER_MYSHARDID("CLUSTER", "MYSHARDID"),
    /** Answered at once, whatever else a node has to do before the next: tells how long the way is. */
    PING("PING", null),
    /** The usual sections; {@code availability_zone} since Valkey 8.0: <a href="https://valkey.io/commands/info/">INFO</a>. */
    INFO("INFO", null),
    /** What the node runs: <a href="https://valkey.io/commands/info/">INFO</a>. */
    INFO_SERVER("INFO", "server"),
    /** How far replicas are: <a href="https://valkey.io/commands/info/">INFO</a>. */
    INFO_REPLICATION("INFO", "replication"),
    /** The command table: <a href="https://valkey.io/commands/command/">COMMAND</a>. */
    COMMAND("COMMAND", null),
    /** How many databases there are in cluster mode, since Valkey 9.0: <a href="https://valkey.io/commands/config-get/">CONFIG GET</a>. */
    CLUSTER_DATABASES("CONFIG", "GET cluster-databases");

    private final String word;
    private final @Nullable String argument;

    NodeCommand(String word, @Nullable String argument) {
        this.word = word;
        this.argument = argument;
    }

    /** The command's first word, as it is sent. */
    String word() {
        return word;
    }

    /** What follows the first word, a space between its parts; {@code null} if nothing does. */
    @Nullable
    String argument() {
        return argument;
    }

    @Override
    public String toString() {
        return argument == null ? word : word + " " + argument;
    }
}
