/**
 * The gate that fails a test run which leaked a buffer. Lies in the proxy's test jar, for every module that tests with
 * Netty; no test helper of any other kind may come in.
 */
@NullMarked
package io.slotgate.proxy.leaks;

import org.jspecify.annotations.NullMarked;
