/**
 * What the tests of every module run with: the gate that fails a run which leaked a buffer, the patience of waits. Its source is
 * compiled into each module's tests, for {@code ./slotgate} builds without any, so that no module could take it from another's
 * test jar. No test helper of any other kind may come in.
 */
@NullMarked
package io.slotgate.testing;

import org.jspecify.annotations.NullMarked;
