/**
 * What a proxy is told at its start: immutable records that refuse bad values, and the reader that makes them from one
 * YAML file, naming every problem at once. Reads that file and the files it names; no Netty, no thread and no other room
 * of the proxy may come in.
 */
@NullMarked
package io.slotgate.proxy.config;

import org.jspecify.annotations.NullMarked;
