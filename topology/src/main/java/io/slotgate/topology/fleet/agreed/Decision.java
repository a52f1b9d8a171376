package io.slotgate.topology.fleet.agreed;

import io.slotgate.topology.fleet.agreed.NotAgreedException.Reason;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a proposal: the same at every member, for it depends on nothing but the agreement before.
 *
 * @param after the agreement, {@code null} if it was refused
 * @param version of the agreement that stands then
 */
record Decision(@Nullable Agreement after, @Nullable Reason refusal, long version) {
    private static final byte ACCEPTED = 0;
    private static final byte CONFLICT = 1;
    private static final byte FULL = 2;

    static Decision of(Agreement before, Proposal proposal) {
        if (proposal.expectedVersion() != before.version()) {
            return new Decision(null, Reason.CONFLICT, before.version());
        }
        Agreement after = before.after(proposal.change());
        return after.values().size() > Agreement.MOST
                ? new Decision(null, Reason.FULL, before.version())
                : new Decision(after, null, after.version());
    }

    Agreement agreementOrThrow() throws NotAgreedException {
        if (after == null) {
            throw refused(refusal, version);
        }
        return after;
    }

    /** What the member that decided tells the one that proposed. */
    byte[] toBytes() {
        byte code = after != null ? ACCEPTED : refusal == Reason.FULL ? FULL : CONFLICT;
        return ByteBuffer.allocate(9).put(code).putLong(version).array();
    }

    /** Version of the agreement that {@link #toBytes} told of. */
    static long acceptedVersion(byte[] told) throws NotAgreedException {
        if (told.length != 9) {
            throw new NotAgreedException(Reason.UNCONFIRMED, "an answer of " + told.length + " bytes (expected: 9)");
        }
        ByteBuffer in = ByteBuffer.wrap(told);
        byte code = in.get();
        long version = in.getLong();
        if (code != ACCEPTED) {
            throw refused(code == FULL ? Reason.FULL : Reason.CONFLICT, version);
        }
        return version;
    }

    private static NotAgreedException refused(@Nullable Reason refusal, long version) {
        return refusal == Reason.FULL
                ? new NotAgreedException(Reason.FULL, "more than " + Agreement.MOST + " settings")
                : new NotAgreedException(Reason.CONFLICT, "version " + version + " stands by now");
    }
}
