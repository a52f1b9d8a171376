/**
 * Commands that did not run where they were sent: redirects are followed, commands without a reachable owner wait and are
 * sent again, and what became of the rest is told honestly. Knows channels and slots, not sessions.
 */
@NullMarked
package io.slotgate.proxy.redirect;

import org.jspecify.annotations.NullMarked;
