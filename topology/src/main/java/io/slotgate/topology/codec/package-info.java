/**
 * Numbers, words and texts as the bytes that proxies send each other, within bounds: what a message is made of, and nothing of what
 * one says. Knows no other room.
 */
@NullMarked
package io.slotgate.topology.codec;

import org.jspecify.annotations.NullMarked;
