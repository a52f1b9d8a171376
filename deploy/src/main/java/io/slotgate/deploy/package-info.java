/** Where the program starts. Everything may be wired together here; nothing else belongs here. */
@NullMarked
package io.slotgate.deploy;

import org.jspecify.annotations.NullMarked;
