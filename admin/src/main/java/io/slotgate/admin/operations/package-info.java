/** What takes longer than a request: failovers, drains, refreshes, each with its progress and outcome; and the plan of a rolling restart. */
@NullMarked
package io.slotgate.admin.operations;

import org.jspecify.annotations.NullMarked;
