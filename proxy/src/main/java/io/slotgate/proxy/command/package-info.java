/**
 * What a command is: its name, arity, flags and where its keys stand, and the hash slot of a key. Knows request frames and
 * what the upstream says of its commands; no session, no route, no channel and no I/O may come in.
 *
 * @see <a href="https://valkey.io/commands/command/">COMMAND</a>
 * @see <a href="https://valkey.io/topics/key-specs/">Command key specifications</a>
 */
@NullMarked
package io.slotgate.proxy.command;

import org.jspecify.annotations.NullMarked;
