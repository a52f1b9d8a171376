/** Tests of the arrows between the rooms. */
@NullMarked
package io.slotgate.topology;

import org.jspecify.annotations.NullMarked;
