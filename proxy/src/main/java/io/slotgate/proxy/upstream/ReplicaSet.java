package io.slotgate.proxy.upstream;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The replicas of one shard that may be read from, nearest first. Confined to its worker. */
final class ReplicaSet {
    static final ReplicaSet NONE = new ReplicaSet(List.of(), List.of(), false);

    private final UpstreamChannel[] near;
    private final UpstreamChannel[] far;
    private final boolean primaryNear;
    /** Xorshift: good enough to spread load, and without a lock or garbage. */
    private int random = 0x9E3779B9;

    /**
     * @param near those in our zone
     * @param far all others
     * @param primaryNear whether the primary is in our zone, and therefore nearer than those others
     */
    ReplicaSet(List<UpstreamChannel> near, List<UpstreamChannel> far, boolean primaryNear) {
        this.near = near.toArray(new UpstreamChannel[0]);
        this.far = far.toArray(new UpstreamChannel[0]);
        this.primaryNear = primaryNear;
    }

    boolean primaryNear() {
        return primaryNear;
    }

    /** One in our zone; null if none is ready. */
    @Nullable
    UpstreamChannel near() {
        return choose(near);
    }

    /** One that is not; null if none is ready. */
    @Nullable
    UpstreamChannel far() {
        return choose(far);
    }

    /**
     * Of two taken by chance that with fewer commands under way: nearly as even as the least of all, and nobody herds.
     *
     * @see <a href="https://www.eecs.harvard.edu/~michaelm/postscripts/tpds2001.pdf">The power of two choices</a>
     */
    private @Nullable UpstreamChannel choose(UpstreamChannel[] from) {
        if (from.length <= 1) {
            return from.length == 0 ? null : ready(from[0]);
        }
        int first = next(from.length);
        int second = (first + 1 + next(from.length - 1)) % from.length;
        UpstreamChannel one = ready(from[first]);
        UpstreamChannel other = ready(from[second]);
        if (one != null && other != null) {
            return one.waiting() <= other.waiting() ? one : other;
        }
        return one != null ? one : other != null ? other : any(from);
    }

    private static @Nullable UpstreamChannel any(UpstreamChannel[] from) {
        for (UpstreamChannel channel : from) {
            if (channel.ready()) {
                return channel;
            }
        }
        return null;
    }

    private static @Nullable UpstreamChannel ready(UpstreamChannel channel) {
        return channel.ready() ? channel : null;
    }

    private int next(int bound) {
        random ^= random << 13;
        random ^= random >>> 17;
        random ^= random << 5;
        return (int) (((random & 0xFFFFFFFFL) * bound) >>> 32);
    }
}
