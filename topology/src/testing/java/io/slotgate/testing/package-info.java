/**
 * What the tests of every module run with: the gate that fails a run which leaked a buffer, the patience of waits. Its source, and
 * that of the rooms in it, is compiled into each module's tests, for {@code ./slotgate} builds without any, so that no module could
 * take it from another's test jar. Only what several modules test with may come in.
 */
@NullMarked
package io.slotgate.testing;

import org.jspecify.annotations.NullMarked;
