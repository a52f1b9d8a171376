/**
 * Which way a command takes: decided once per command when the table is built, looked up by index on the hot path. Sends
 * nothing and knows no channel.
 */
@NullMarked
package io.slotgate.proxy.route;

import org.jspecify.annotations.NullMarked;
