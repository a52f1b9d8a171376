/**
 * The fleet's healthy members as records of a Route 53 zone, written by one member of the fleet. The plan and the
 * difference to what is there are pure; the SDK is loaded only where publishing is configured.
 */
@NullMarked
package io.slotgate.topology.dns;

import org.jspecify.annotations.NullMarked;
