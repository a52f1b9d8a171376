/** Who may do what at the admin API: tokens, roles, who tries too often, and the record of what was changed. */
@NullMarked
package io.slotgate.admin.security;

import org.jspecify.annotations.NullMarked;
