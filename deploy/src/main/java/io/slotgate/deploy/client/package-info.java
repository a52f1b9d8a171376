/** Speaks to the admin API of a proxy that runs, here or elsewhere. Knows how to ask; what is asked, and how it looks, belongs elsewhere. */
@NullMarked
package io.slotgate.deploy.client;

import org.jspecify.annotations.NullMarked;
