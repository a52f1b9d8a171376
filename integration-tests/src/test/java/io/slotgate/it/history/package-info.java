/**
 * What clients saw of a cluster while things happened to it, and checks of it: whether some order of the commands explains all
 * replies, whether items and messages arrived once and in order. Pure: no sockets, no servers.
 */
@NullMarked
package io.slotgate.it.history;

import org.jspecify.annotations.NullMarked;
