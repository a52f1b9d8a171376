package io.slotgate.topology.fleet;

import io.slotgate.topology.model.HostPort;
import org.jspecify.annotations.Nullable;

/**
 * What a proxy of the fleet says of itself.
 *
 * @param id its name, unique in the fleet and the same after a restart; 1..{@value #LONGEST} characters
 * @param zone its availability zone, {@code null} if it has none
 * @param address where clients reach it
 * @param version version of the software
 * @param sessions client connections open, 0 or more
 * @param cpuPercent its use of the CPU, 100 is one core; 0 or more
 * @param mapDigest digest of its slot map: equal digests, equal maps
 * @param settingsVersion version of the agreed settings that it applies, 0 or more
 * @param state whether clients should be sent there
 */
public record Member(String id, @Nullable String zone, HostPort address, String version, int sessions, int cpuPercent,
        long mapDigest, long settingsVersion, MemberState state) {
    /** Longest id, zone, host name and version, in bytes of UTF-8. */
    static final int LONGEST = 255;

    /** One that applies no agreed settings. */
    public Member(String id, @Nullable String zone, HostPort address, String version, int sessions, int cpuPercent,
            long mapDigest, MemberState state) {
        this(id, zone, address, version, sessions, cpuPercent, mapDigest, 0, state);
    }

    public Member {
        if (id.isBlank() || id.length() > LONGEST) {
            throw new IllegalArgumentException("member id: '" + id + "' (expected: 1.." + LONGEST + " characters)");
        }
        if (sessions < 0 || cpuPercent < 0) {
            throw new IllegalArgumentException("load: " + sessions + ", " + cpuPercent + " (expected: 0 or more)");
        }
        if (settingsVersion < 0) {
            throw new IllegalArgumentException("settings version: " + settingsVersion + " (expected: 0 or more)");
        }
    }

    /** The same with another digest of its slot map. */
    public Member withDigest(long digest) {
        return new Member(id, zone, address, version, sessions, cpuPercent, digest, settingsVersion, state);
    }
}
