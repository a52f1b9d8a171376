/**
 * The whole proxy between real servers and real clients: right answers, faults and bad input. Fixtures here start and end
 * everything they need; nothing of the proxy's inside is looked at but its figures and its logs.
 */
@NullMarked
package io.slotgate.it;

import org.jspecify.annotations.NullMarked;
