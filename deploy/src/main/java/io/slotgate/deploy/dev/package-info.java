/**
 * A real cluster on this machine, for {@code slotgate dev} and for tests: server processes, the cluster they form, and the
 * certificates of a trial. Knows nothing of the proxy; only the JDK and a certificate builder may come in.
 */
@NullMarked
package io.slotgate.deploy.dev;

import org.jspecify.annotations.NullMarked;
