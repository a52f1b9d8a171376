/** What can be changed while the proxy runs: the list of settings, their check, their agreement across the fleet, their history. */
@NullMarked
package io.slotgate.admin.settings;

import org.jspecify.annotations.NullMarked;
