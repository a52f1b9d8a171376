package io.slotgate.topology.discovery;

import org.jspecify.annotations.Nullable;

/**
 * What {@code CLUSTER SHARDS} tells about a node beyond {@code CLUSTER NODES}.
 *
 * @param endpoint preferred endpoint, {@code null} for "where you asked me"
 * @param loading whether it is still loading or synchronising its data
 * @param zone availability zone ({@code availability-zone}, newer Valkey)
 * @param shardId shard id ({@code id} of the shard, newer Valkey)
 */
record ShardsNode(@Nullable String endpoint, boolean loading, @Nullable String zone, @Nullable String shardId) {}
