/**
 * The live slot map and the pure merges behind it: everything learned becomes evidence, and the map is a function of
 * the evidence. No I/O, no Lettuce or Netty, nothing of discovery may be imported here.
 */
@NullMarked
package io.slotgate.topology.table;

import org.jspecify.annotations.NullMarked;
