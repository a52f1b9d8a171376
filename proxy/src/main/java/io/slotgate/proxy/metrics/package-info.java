/** What a worker counts, as plain fields of the worker, and how the cold path reads them. Imports no other room. */
@NullMarked
package io.slotgate.proxy.metrics;

import org.jspecify.annotations.NullMarked;
