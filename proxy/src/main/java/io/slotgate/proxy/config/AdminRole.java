package io.slotgate.proxy.config;

/** What a token of the admin API allows, each role more than the one before. */
public enum AdminRole {
    /** To look. */
    VIEWER,
    /** What touches clients and nodes, and passes. */
    OPERATOR,
    /** What stays: settings. */
    ADMIN
}
