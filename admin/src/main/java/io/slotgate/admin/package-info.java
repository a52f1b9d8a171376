/**
 * The admin API over HTTP: health, readiness and metrics. Asks the proxy through {@link io.slotgate.admin.ProxyView} only,
 * on threads of its own; nothing of the data plane, no Netty and no command line may come in.
 */
@NullMarked
package io.slotgate.admin;

import org.jspecify.annotations.NullMarked;
