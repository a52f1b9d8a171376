/** How the program logs. The only room that knows which logging library is behind SLF4J. */
@NullMarked
package io.slotgate.deploy.logging;

import org.jspecify.annotations.NullMarked;
