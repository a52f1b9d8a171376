package io.slotgate.proxy.tracking;

/** A session that tracks, as its worker's {@link TrackingDesk} sees it. */
public interface Tracker {
    /** Keys that it may have are invalid; good during the call. */
    void invalidated(Invalidation invalidation);
}
