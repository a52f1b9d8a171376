package io.slotgate.proxy.upstream;

import io.slotgate.proxy.metrics.WorkerCounters;
import io.slotgate.proxy.upstream.ChannelKey.Lane;
import io.slotgate.topology.model.HostPort;
import java.io.IOException;
import java.util.Collection;
import java.util.List;

/**
 * Finds nodes that hang, or can't be reached though no connection was closed, long before TCP would:
 *
 * <pre>
 *   a command of a shared channel, or a read at a replica, is unanswered for upstream.answer-timeout   {@link #sweep}
 *        ──> {@link UpstreamEvents#onSilence}: the node is asked something on another connection
 *        ──> it does not answer that either   {@link #cut}: its channels are cut
 * </pre>
 *
 * As long as a node answers probes it is not cut: a slow command is not a dead node, and a node that a script keeps busy says so.
 * Channels that lend themselves to blocking or streaming are not looked at, for there a command may wait. Confined to its worker.
 */
final class SilentNodes {
    private final Collection<UpstreamChannel> channels;
    private final UpstreamEvents events;
    private final WorkerCounters counters;
    private final long answerNanos;
    private long lastSweep = System.nanoTime();

    SilentNodes(Collection<UpstreamChannel> channels, UpstreamEvents events, WorkerCounters counters,
            long answerNanos) {
        this.channels = channels;
        this.events = events;
        this.counters = counters;
        this.answerNanos = answerNanos;
    }

    /**
     * Looks at all channels that nothing waits in on purpose; to be called at intervals well below {@code upstream.answer-timeout}. If it is not, it was this
     * process that hung, and the nodes get their time once more.
     */
    void sweep(long now) {
        boolean late = now - lastSweep > answerNanos / 2;
        lastSweep = now;
        for (UpstreamChannel channel : channels) {
            if (answersAtOnce(channel)) {
                long unanswered = channel.replies().unansweredNanos(now);
                if (late) {
                    channel.replies().startWaitingAnew(now);
                } else if (unanswered >= answerNanos) {
                    events.onSilence(channel);
                }
            }
        }
    }

    private static boolean answersAtOnce(UpstreamChannel channel) {
        return channel.key().lane() == Lane.SHARED || channel.key().lane() == Lane.REPLICA;
    }

    /**
     * Cuts the channels to a node that did not answer a probe, unless it has answered a command meanwhile; and none of those that
     * it has accepted meanwhile.
     *
     * @param since when the probe began, {@link System#nanoTime}
     */
    void cut(HostPort node, long since, long now) {
        List<UpstreamChannel> itsOwn = channels.stream().filter(channel -> channel.key().node().equals(node)).toList();
        for (UpstreamChannel channel : itsOwn) {
            if (answersAtOnce(channel) && channel.replies().heardSince(since, now)) {
                return;
            }
        }
        for (UpstreamChannel channel : itsOwn) {
            if (channel.connection().readyBefore(since)) {
                counters.upstreamHung++;
                channel.cut(new IOException("the node answers neither commands nor a probe"));
            }
        }
    }
}
