package io.slotgate.topology.fleet.agreed;

import io.slotgate.topology.fleet.agreed.NotAgreedException.Reason;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jgroups.JChannel;
import org.jgroups.protocols.raft.ELECTION;
import org.jgroups.protocols.raft.NO_DUPES;
import org.jgroups.protocols.raft.RAFT;
import org.jgroups.protocols.raft.REDIRECT;
import org.jgroups.raft.Options;
import org.jgroups.raft.RaftHandle;
import org.jgroups.raft.StateMachine;
import org.jgroups.stack.Protocol;
import org.jspecify.annotations.Nullable;

/**
 * Settings agreed on by jgroups-raft: a change is in force when a majority of the voters has it on its disk. Members that are
 * no voters are learners: they follow, and have no say. A member that restarts reads its log again.
 */
public final class RaftSettings implements AgreedSettings {
    private static final long PATIENCE_SECONDS = 5;

    private final RAFT raft;
    private final Listeners listeners = new Listeners();
    private final Waiters waiters = new Waiters(
            CompletableFuture.delayedExecutor(PATIENCE_SECONDS, TimeUnit.SECONDS));
    private volatile Agreement current = Agreement.NONE;
    private volatile @Nullable RaftHandle handle;

    /**
     * Opens no file yet.
     *
     * @param member our name, the same after a restart
     * @param voters names of those who decide: the same list at every member
     * @throws IOException if the folder can't be made
     */
    public RaftSettings(String member, List<String> voters, Path folder) throws IOException {
        Files.createDirectories(folder);
        this.raft = new RAFT().members(voters).raftId(member).logDir(folder.toString()).logUseFsync(true)
                // Else others hear with the next repetition, a second later, that a change is in force.
                .sendCommitsImmediately(true);
    }

    /** The first belongs below JGroups' membership, the others on top of the stack. */
    public List<Protocol> protocols() {
        return List.of(new NO_DUPES(), new ELECTION(), raft, new REDIRECT());
    }

    /** Puts this on the channel that has the {@link #protocols}, before it is connected. */
    public void on(JChannel channel) {
        handle = new RaftHandle(channel, new Machine());
    }

    @Override
    public Agreement current() {
        return current;
    }

    @Override
    public CompletableFuture<Agreement> propose(long expectedVersion, Change change) {
        CompletableFuture<Agreement> outcome = new CompletableFuture<>();
        RaftHandle raftHandle = handle;
        if (raftHandle == null) {
            return CompletableFuture.failedFuture(new NotAgreedException(Reason.NO_LEADER, "not in the fleet yet"));
        }
        byte[] bytes = bytes(new Proposal(expectedVersion, change));
        CompletableFuture<byte[]> decided;
        try {
            decided = raftHandle.setAsync(bytes, 0, bytes.length, Options.DEFAULT_OPTIONS);
        } catch (Exception e) {
            return CompletableFuture
                    .failedFuture(new NotAgreedException(Reason.NO_LEADER, String.valueOf(e.getMessage())));
        }
        decided.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).whenComplete((told, failure) -> {
            if (failure != null) {
                outcome.completeExceptionally(new NotAgreedException(Reason.UNCONFIRMED,
                        "no majority has confirmed the change: " + failure));
            } else {
                complete(outcome, told);
            }
        });
        return outcome;
    }

    private void complete(CompletableFuture<Agreement> outcome, byte[] told) {
        try {
            // The leader has decided; here it comes in force a moment later, and only then we say so.
            waiters.await(Decision.acceptedVersion(told), outcome);
        } catch (NotAgreedException e) {
            outcome.completeExceptionally(e);
        }
    }

    @Override
    public Runnable subscribe(Consumer<Agreement> listener) {
        return listeners.add(listener);
    }

    /** What still waits is told that it is not confirmed. The channel belongs to who made it. */
    @Override
    public void close() {
        waiters.close();
    }

    private synchronized void enter(Agreement agreement) {
        current = agreement;
        waiters.entered(agreement);
        listeners.tell(agreement);
    }

    private static byte[] bytes(Proposal proposal) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            proposal.writeTo(new DataOutputStream(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** What the log is applied to; called by one thread at a time. */
    private final class Machine implements StateMachine {
        @Override
        public byte[] apply(byte[] data, int offset, int length, boolean answer) throws IOException {
            Proposal proposal = Proposal.readFrom(
                    new DataInputStream(new ByteArrayInputStream(data, offset, length)));
            Decision decision = Decision.of(current, proposal);
            Agreement after = decision.after();
            if (after != null) {
                enter(after);
            }
            return decision.toBytes();
        }

        @Override
        public void readContentFrom(DataInput in) throws IOException {
            enter(new Agreement(in.readLong(), Proposal.readMap(in)));
        }

        @Override
        public void writeContentTo(DataOutput out) throws IOException {
            Agreement now = current;
            out.writeLong(now.version());
            Proposal.writeMap(out, now.values());
        }
    }
}
