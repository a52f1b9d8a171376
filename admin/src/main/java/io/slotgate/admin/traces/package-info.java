/** Spans of single commands for a collector of traces: OpenTelemetry is known in this room only, and loaded only if configured. */
@NullMarked
package io.slotgate.admin.traces;

import org.jspecify.annotations.NullMarked;
