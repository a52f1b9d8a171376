package io.slotgate.proxy.clients;

/** A line of CLIENT LIST, without its end. */
public record ListedClient(long id, String line) {}
