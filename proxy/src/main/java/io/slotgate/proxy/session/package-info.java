/**
 * One client's connection: its commands are cut from its bytes, sent their way, and their replies put back in order. The
 * top of the data plane: it may import every other room but the server's.
 *
 * <p>Of a session, {@code SessionIntake} is what comes in and whether more may, {@code Answers} the replies in the order of the
 * commands, {@code SessionOutput} what goes out. Answers know the other two, the intake knows the output, and the output knows
 * neither; what the first two share is the queue of what is under way.
 */
@NullMarked
package io.slotgate.proxy.session;

import org.jspecify.annotations.NullMarked;
