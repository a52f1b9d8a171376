package io.slotgate.proxy.upstream;

import io.slotgate.proxy.observe.Observer;
import io.slotgate.topology.model.HostPort;
import org.jspecify.annotations.Nullable;

/** Has the worker's observer see what nodes answer to commands of clients. Belongs to one channel. */
final class ObservedReplies {
    private final Observer observer;
    private final HostPort node;
    private @Nullable KeptCommand kept;

    /** @param node that answers */
    ObservedReplies(Observer observer, HostPort node) {
        this.observer = observer;
        this.node = node;
    }

    /** A reply of so many bytes has come, and the command's bytes are still kept; 0: it came in parts. */
    void observe(Pending pending, int bytes, boolean error) {
        if (pending.spec == null) {
            return;
        }
        observer.replied(pending.spec, pending.sentAt);
        if (Observer.isBig(bytes)) {
            big(pending, bytes);
        }
        if (observer.isTraced(pending.since())) {
            observer.trace(pending.spec, pending.slot, node.toString(), pending.since(), pending.sentAt, error);
        }
        if (observer.isSlow(pending.since())) {
            pending.requester.onSlow(pending);
        }
    }

    /** A reply of so many bytes has come, or begun. */
    void big(Pending pending, long bytes) {
        if (pending.spec == null || pending.batch != null || !pending.request().kept() || !Observer.isBig(bytes)) {
            return;
        }
        KeptCommand reader = kept;
        if (reader == null) {
            reader = new KeptCommand();
            kept = reader;
        }
        observer.big(pending.spec, reader.read(pending), bytes);
    }
}
