package io.slotgate.admin.security;

import java.util.Locale;

/** What somebody may do, each role more than the one before. */
public enum Role {
    /** Look. */
    VIEWER,
    /** What touches clients and nodes, and passes: kill a client, fail over, drain, refresh. */
    OPERATOR,
    /** What stays: change settings. */
    ADMIN;

    public boolean includes(Role other) {
        return compareTo(other) >= 0;
    }

    /** As the configuration and the API have it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
