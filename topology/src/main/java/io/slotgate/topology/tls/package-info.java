/** TLS contexts of the JDK from PEM files, for what speaks through the JDK's sockets. */
@NullMarked
package io.slotgate.topology.tls;

import org.jspecify.annotations.NullMarked;
