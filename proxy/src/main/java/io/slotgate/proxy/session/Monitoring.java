package io.slotgate.proxy.session;

import io.netty.buffer.ByteBuf;
import io.slotgate.proxy.resp.ReplyWriter;
import io.slotgate.proxy.upstream.ChannelKey;
import io.slotgate.proxy.upstream.Pending;
import io.slotgate.proxy.upstream.PushListener;
import io.slotgate.proxy.upstream.UpstreamChannel;
import io.slotgate.proxy.upstream.Upstreams;
import io.slotgate.topology.model.HostPort;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A session that sees what the primaries do: a connection to each, on which MONITOR was said, and their lines as they come.
 * Answered when every primary has confirmed, or could not be reached; one that comes later, or again, is listened to as well.
 * Confined to its worker.
 *
 * @see <a href="https://valkey.io/commands/monitor/">MONITOR</a>
 */
final class Monitoring {
    private final Session session;
    private final SessionRoom room;
    private final Upstreams upstreams;
    private final int number;
    private final Map<HostPort, Lane> lanes = new LinkedHashMap<>();
    /** The command, until it is answered. */
    private @Nullable Pending whole;
    private boolean ended;

    Monitoring(Session session, SessionRoom room, Pending whole) {
        this.session = session;
        this.room = room;
        this.upstreams = session.plane().upstreams();
        this.whole = whole;
        this.number = room.monitors().add(this);
    }

    /** Listens to the primaries as they are now. */
    void follow() {
        List<HostPort> primaries = upstreams.primaries();
        for (Lane lane : List.copyOf(lanes.values())) {
            if (!primaries.contains(lane.node())) {
                lanes.remove(lane.node());
                upstreams.forget(lane.channel);
            }
        }
        for (HostPort primary : primaries) {
            if (!lanes.containsKey(primary)) {
                Lane lane = new Lane(upstreams.channel(new ChannelKey(primary, 2, ChannelKey.Lane.MONITOR, number)));
                lanes.put(primary, lane);
                lane.channel.listener(lane);
                lane.channel.connect();
            }
        }
        answerIfSettled();
    }

    private void answerIfSettled() {
        Pending waiting = whole;
        if (waiting == null || !lanes.values().stream().allMatch(lane -> lane.settled)) {
            return;
        }
        if (lanes.values().stream().noneMatch(lane -> lane.confirmed)) {
            refuse("CLUSTERDOWN no primary can be reached");
            return;
        }
        whole = null;
        ByteBuf reply = room.worker().scratch();
        ReplyWriter.simple(reply, "OK");
        waiting.answer(room.worker(), reply);
    }

    private void refuse(String error) {
        Pending waiting = whole;
        session.modes().subscriptions().monitor(null);
        if (waiting != null) {
            whole = null;
            ByteBuf reply = room.worker().scratch();
            ReplyWriter.error(reply, error);
            waiting.answer(room.worker(), reply);
        }
    }

    /** The client wants no more of it, or left. */
    void end() {
        if (!ended) {
            ended = true;
            room.monitors().remove(this);
            lanes.values().forEach(lane -> upstreams.forget(lane.channel));
            lanes.clear();
        }
    }

    /** The connection to one primary. */
    private final class Lane implements PushListener {
        private final UpstreamChannel channel;
        private boolean confirmed;
        private boolean settled;

        Lane(UpstreamChannel channel) {
            this.channel = channel;
        }

        HostPort node() {
            return channel.key().node();
        }

        @Override
        public void onReady() {
            confirmed = false;
            ByteBuf out = room.worker().allocator().directBuffer();
            ReplyWriter.array(out, 1);
            ReplyWriter.bulk(out, "MONITOR");
            channel.sendPart(out);
        }

        @Override
        public void onMessage(ByteBuf buffer, int start, int end) {
            if (ended) {
                return;
            }
            if (confirmed) {
                session.answers().pushCopy(buffer, start, end - start);
            } else if (buffer.getByte(start) == '-') {
                refuse(buffer.toString(start + 1, end - start - 3, StandardCharsets.UTF_8));
            } else {
                confirmed = true;
                settle();
            }
        }

        @Override
        public void onLost() {
            confirmed = false;
            settle();
        }

        private void settle() {
            settled = true;
            if (!ended) {
                answerIfSettled();
            }
        }
    }
}
