/**
 * Figures that are sent instead of asked for. Each way to send them is loaded only where it is configured. The only room beside
 * {@code topology.dns} that knows AWS, and the only one that knows the messages of OpenTelemetry.
 */
@NullMarked
package io.slotgate.admin.metrics.push;

import org.jspecify.annotations.NullMarked;
