/** Ports for tests that have to know them before anything listens there. */
@NullMarked
package io.slotgate.proxy.ports;

import org.jspecify.annotations.NullMarked;
