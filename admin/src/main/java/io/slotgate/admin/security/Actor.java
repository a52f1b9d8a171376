package io.slotgate.admin.security;

/**
 * Who sent a request.
 *
 * @param name of the token; {@code local} for whoever is on this machine, where no tokens are configured
 * @param address the request came from
 */
public record Actor(String name, Role role, String address) {}
