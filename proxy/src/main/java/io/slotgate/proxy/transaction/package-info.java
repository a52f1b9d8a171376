/**
 * What a transaction is before it is sent: its queued commands, what may be among them, and the replies it is made of. Sends
 * nothing and knows no session.
 */
@NullMarked
package io.slotgate.proxy.transaction;

import org.jspecify.annotations.NullMarked;
