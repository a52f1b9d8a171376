/**
 * The commands for operators: what {@code status}, {@code top}, {@code clients} and the others ask a running proxy, and how
 * they show it to people. Speaks to proxies through {@link io.slotgate.deploy.client} only; starting one belongs elsewhere.
 */
@NullMarked
package io.slotgate.deploy.operator;

import org.jspecify.annotations.NullMarked;
