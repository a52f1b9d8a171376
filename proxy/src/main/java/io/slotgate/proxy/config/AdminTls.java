package io.slotgate.proxy.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * TLS 1.2 and 1.3 for the admin API.
 *
 * @param certificate PEM file with our certificate and its chain
 * @param key PEM file with its private key: PKCS #8, not encrypted
 * @param clientCa PEM file with the authorities whose client certificates are required; null: none is asked for
 */
public record AdminTls(Path certificate, Path key, @Nullable Path clientCa) {}
