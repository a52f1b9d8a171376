package io.slotgate.proxy.facade;

import java.util.List;

/**
 * How a client tracks keys.
 *
 * @param bcast whether it hears of keys that it has not read
 * @param optIn whether only what CLIENT CACHING YES announces is tracked
 * @param optOut whether what CLIENT CACHING NO announces is not tracked
 * @param noLoop whether it does not want to hear of its own changes
 * @param caching whether CLIENT CACHING was said for the next command or the open transaction
 * @param brokenRedirect whether the client that was to get its invalidations is gone
 * @param redirect id of the client that gets its invalidations; 0: itself
 * @param prefixes of the keys it hears of in BCAST mode, sorted, a char for each byte
 * @see <a href="https://valkey.io/commands/client-tracking/">CLIENT TRACKING</a>
 */
public record ClientTracking(boolean bcast, boolean optIn, boolean optOut, boolean noLoop, boolean caching,
        boolean brokenRedirect, long redirect, List<String> prefixes) {
    public ClientTracking {
        prefixes = List.copyOf(prefixes);
    }

    /** The same with or without the word of CLIENT CACHING. */
    public ClientTracking withCaching(boolean said) {
        return said == caching
                ? this
                : new ClientTracking(bcast, optIn, optOut, noLoop, said, brokenRedirect, redirect, prefixes);
    }

    /** The same, and who was to get the invalidations is gone. */
    public ClientTracking withBrokenRedirect() {
        return new ClientTracking(bcast, optIn, optOut, noLoop, caching, true, redirect, prefixes);
    }

    /** Whether the keys of a read are to be tracked that comes now. */
    public boolean tracksReads() {
        return !bcast && (!optIn || caching) && (!optOut || !caching);
    }

    /** As CLIENT LIST shows it. */
    String flags() {
        return "t" + (brokenRedirect ? "R" : "") + (bcast ? "B" : "");
    }
}
