package io.slotgate.topology.fleet;

/** Whether clients should be sent to a proxy. */
public enum MemberState {
    /** It has not served yet, or lacks owners for slots. */
    UNREADY(0),
    /** It serves. */
    HEALTHY(1),
    /** It finishes what it has, and takes no new clients. */
    DRAINING(2);

    static final int HIGHEST_CODE = 2;

    private final int code;

    MemberState(int code) {
        this.code = code;
    }

    /** What stands for it on the wire. */
    int code() {
        return code;
    }

    static MemberState ofCode(int code) {
        for (MemberState state : values()) {
            if (state.code == code) {
                return state;
            }
        }
        throw new IllegalArgumentException("state: " + code + " (expected: 0.." + HIGHEST_CODE + ")");
    }
}
