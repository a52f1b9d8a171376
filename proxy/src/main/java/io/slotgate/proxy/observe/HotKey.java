package io.slotgate.proxy.observe;

/**
 * A key that comes often now: over about the last half minute, the last ten seconds counting most. Immutable. The bounds are those
 * of the sketch; what chance makes of a sample comes on top.
 *
 * @param print the same at every proxy for the same key, and for others by chance only: some keys read alike
 * @param key as readable text, clipped after 128 bytes
 * @param slot of the key; -1 if too little of it is kept to tell
 * @param rate estimate of how many commands a second name it
 * @param lowest it is at least this
 * @param highest it is at most this
 */
public record HotKey(long print, String key, int slot, double rate, double lowest, double highest) {}
