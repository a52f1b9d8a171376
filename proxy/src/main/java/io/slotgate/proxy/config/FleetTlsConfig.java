package io.slotgate.proxy.config;

import java.nio.file.Path;

/**
 * TLS between the members of a fleet, each of which shows a certificate.
 *
 * @param certificate PEM file with our certificate and its chain
 * @param key PEM file with its private key: PKCS #8, not encrypted
 * @param ca PEM file with the authorities that sign the members' certificates
 */
public record FleetTlsConfig(Path certificate, Path key, Path ca) {}
