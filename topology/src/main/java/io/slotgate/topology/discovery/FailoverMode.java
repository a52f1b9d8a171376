package io.slotgate.topology.discovery;

/**
 * How a replica takes its primary's place.
 *
 * @see <a href="https://valkey.io/commands/cluster-failover/">CLUSTER FAILOVER</a>
 */
public enum FailoverMode {
    /** The primary stops writes until the replica has all of them: nothing is lost. Needs the primary. */
    GRACEFUL,
    /** Without the primary, with the consent of the other primaries: what the replica has not got is lost. */
    FORCE,
    /** Without asking anybody: for clusters that have lost the majority of their primaries. */
    TAKEOVER
}
