/**
 * What every answer of the admin API has in common, whatever it tells: the server under it, its socket and TLS, problems, headers,
 * JSON. Knows nothing of proxies.
 */
@NullMarked
package io.slotgate.admin.http;

import org.jspecify.annotations.NullMarked;
