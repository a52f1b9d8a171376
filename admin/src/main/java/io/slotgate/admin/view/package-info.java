/** The one door to the proxy: all that the other rooms see of it and can ask of it. */
@NullMarked
package io.slotgate.admin.view;

import org.jspecify.annotations.NullMarked;
