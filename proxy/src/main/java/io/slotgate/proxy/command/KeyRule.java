package io.slotgate.proxy.command;

import io.slotgate.proxy.resp.RequestFrame;

/**
 * Where the keys of a command stand among its arguments. Rules are immutable and shared by all workers.
 *
 * <p>The measure of a rule is what a cluster node does when it decides between serving and redirecting, so channels of
 * sharded publish and subscribe count as keys here: they have a slot as keys have.
 *
 * @see <a href="https://valkey.io/topics/key-specs/">Command key specifications</a>
 */
public sealed interface KeyRule
        permits NoKeys, SpecKeys, JoinedKeys, SortKeys, GeoRadiusKeys, StreamKeys, MigrateKeys, DebugKeys {
    /**
     * Finds the keys of a command; allocates nothing but room in {@code out}.
     *
     * @param frame the command; its arity need not have been checked
     * @param out what was found, replacing what was there
     * @return true if the keys are known, be there none; false if the arguments are malformed ({@code out} is empty then), so
     *         that a node, no matter which, has to say what is wrong with them
     */
    boolean find(RequestFrame frame, KeyPositions out);
}
