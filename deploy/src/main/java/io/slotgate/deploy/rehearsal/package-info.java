/**
 * What a trial proxy is given to do before the cache of its JVM is written, so that later starts know what is worth compiling.
 * A program of its own: of the proxy it knows the line that says that it is ready. Nothing but the JDK may come in.
 */
@NullMarked
package io.slotgate.deploy.rehearsal;

import org.jspecify.annotations.NullMarked;
