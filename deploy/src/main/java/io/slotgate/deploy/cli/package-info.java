/**
 * The command line: what {@code dev}, {@code serve}, {@code check} and {@code version} take, print and return;
 * those for operators come from {@link io.slotgate.deploy.operator}. Speaks to
 * the proxy only through {@code Gateway}; how things are done belongs elsewhere.
 */
@NullMarked
package io.slotgate.deploy.cli;

import org.jspecify.annotations.NullMarked;
