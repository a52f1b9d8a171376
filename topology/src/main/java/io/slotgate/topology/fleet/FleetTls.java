package io.slotgate.topology.fleet;

import java.nio.file.Path;

/**
 * TLS between members, both sides of which must show a certificate.
 *
 * @param ca PEM file with the authorities that sign the members' certificates
 * @param certificate PEM file with our certificate and its chain
 * @param key PEM file with its private key: PKCS #8, not encrypted
 */
public record FleetTls(Path ca, Path certificate, Path key) {}
