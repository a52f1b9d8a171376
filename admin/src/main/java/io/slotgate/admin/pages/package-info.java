/**
 * What people read in a browser: the dashboard, the contract of the API and its viewer. Files of the class path only; knows nothing of
 * proxies.
 */
@NullMarked
package io.slotgate.admin.pages;

import org.jspecify.annotations.NullMarked;
