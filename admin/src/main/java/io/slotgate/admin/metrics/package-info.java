/** The figures of the proxy and its process as Micrometer meters, and their scrape. */
@NullMarked
package io.slotgate.admin.metrics;

import org.jspecify.annotations.NullMarked;
