/**
 * The clients of all workers together: who is there (CLIENT LIST), what one may do to others (CLIENT KILL, PAUSE, UNBLOCK).
 * Each worker's clients are in a directory of its own; across workers a question goes to every event loop and comes back.
 * Knows clients by an interface, not sessions.
 */
@NullMarked
package io.slotgate.proxy.clients;

import org.jspecify.annotations.NullMarked;
