/**
 * One client's connection: its commands are cut from its bytes, sent their way, and their replies put back in order. The
 * top of the data plane: it may import every other room but the server's.
 */
@NullMarked
package io.slotgate.proxy.session;

import org.jspecify.annotations.NullMarked;
