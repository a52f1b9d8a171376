package io.slotgate.proxy.tracking;

import io.netty.buffer.ByteBuf;
import io.slotgate.proxy.resp.ReplyWriter;
import io.slotgate.proxy.upstream.PushListener;
import io.slotgate.proxy.upstream.UpstreamChannel;
import io.slotgate.topology.model.HostPort;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * The connection to one primary that its invalidations come by:
 *
 * <pre>
 *                 ready              +OK                 replaced                PONG
 *   Connecting ─────────> Asked ───────────> Confirmed ──────────> Retiring ───────────> Closed
 *       ^                   │  -ERR: Refused      │                   │ lost ─────────────^
 *       └───────────────────┴──── lost ───────────┘
 * </pre>
 *
 * One that is replaced goes on until its PONG: what the node said before its successor's OK may still be on its way. Confined
 * to the hub's worker.
 */
final class TrackingLane implements PushListener {
    private enum Standing {
        CONNECTING, ASKED, REFUSED, CONFIRMED, RETIRING, CLOSED
    }

    private final InvalidationHub hub;
    private final UpstreamChannel channel;
    private final Prefixes prefixes;
    private Standing standing = Standing.CONNECTING;
    private boolean heard = true;
    /** PINGs that were not answered. */
    private int pings;

    TrackingLane(InvalidationHub hub, UpstreamChannel channel, Prefixes prefixes) {
        this.hub = hub;
        this.channel = channel;
        this.prefixes = prefixes;
        channel.listener(this);
        channel.connect();
    }

    HostPort node() {
        return channel.key().node();
    }

    /** Whether the node says what changes. */
    boolean confirmed() {
        return standing == Standing.CONFIRMED;
    }

    // ---- asking

    private void ask() {
        standing = Standing.ASKED;
        ByteBuf out = hub.worker().allocator().directBuffer();
        ReplyWriter.array(out, prefixes.equals(Prefixes.ALL) ? 4 : 4 + 2L * prefixes.sorted().size());
        ReplyWriter.bulk(out, "CLIENT");
        ReplyWriter.bulk(out, "TRACKING");
        ReplyWriter.bulk(out, "ON");
        ReplyWriter.bulk(out, "BCAST");
        if (!prefixes.equals(Prefixes.ALL)) {
            for (String prefix : prefixes.sorted()) {
                ReplyWriter.bulk(out, "PREFIX");
                ReplyWriter.bulk(out, prefix.getBytes(StandardCharsets.ISO_8859_1));
            }
        }
        channel.sendPart(out);
    }

    private void ping() {
        pings++;
        ByteBuf out = hub.worker().allocator().directBuffer();
        ReplyWriter.array(out, 1);
        ReplyWriter.bulk(out, "PING");
        channel.sendPart(out);
    }

    /**
     * Makes sure that the connection is still one: nothing else would show it, where nothing changes. To be called at
     * intervals; cuts the connection if nothing came since the last call.
     */
    void probe() {
        if (!channel.ready()) {
            return;
        }
        if (!heard) {
            channel.cut(new IOException("the node does not answer on its tracking channel"));
            return;
        }
        heard = false;
        if (standing == Standing.REFUSED) {
            ask();
        } else {
            ping();
        }
    }

    /** Stops or goes on reading what the node says. */
    void reading(boolean reading) {
        heard = true;
        channel.reading(reading);
    }

    /** Another one has taken its place; it is to be closed as soon as nothing is on its way any more. */
    void retire() {
        boolean wasConfirmed = standing == Standing.CONFIRMED;
        standing = Standing.RETIRING;
        heard = true;
        if (channel.ready() && wasConfirmed) {
            ping();
        } else {
            hub.retired(this, true);
        }
    }

    /** Gives the connection up. */
    void close() {
        standing = Standing.CLOSED;
        hub.forget(channel);
    }

    // ---- what comes

    @Override
    public void onReady() {
        heard = true;
        if (standing == Standing.CONNECTING) {
            ask();
            hub.laneReady(this);
        }
    }

    @Override
    public void onLost() {
        pings = 0;
        switch (standing) {
            case CONFIRMED -> {
                standing = Standing.CONNECTING;
                hub.lost(this);
            }
            case RETIRING -> hub.retired(this, false);
            case CONNECTING, ASKED, REFUSED -> standing = Standing.CONNECTING;
            case CLOSED -> {
                // Nobody is interested any more.
            }
        }
    }

    @Override
    public void onMessage(ByteBuf buffer, int start, int end) {
        heard = true;
        try {
            switch (buffer.getByte(start)) {
                case '>' -> onPush(buffer, start, end);
                case '-' -> onError(buffer, start, end);
                default -> onOther(buffer.getByte(start + 1) == 'P');
            }
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            channel.cut(new IOException("not what a node says of invalid keys: " + e.getMessage()));
        }
    }

    private void onPush(ByteBuf buffer, int start, int end) {
        InvalidationReader reader = new InvalidationReader(buffer, start, end);
        if (!reader.isInvalidation()) {
            return;
        }
        if (reader.isEverything()) {
            hub.everythingInvalid();
            return;
        }
        while (reader.next()) {
            hub.invalid(buffer, reader.start(), reader.length());
        }
    }

    private void onError(ByteBuf buffer, int start, int end) {
        if (standing == Standing.ASKED) {
            standing = Standing.REFUSED;
            hub.refused(this, buffer.toString(start + 1, end - start - 3, StandardCharsets.UTF_8));
        }
    }

    private void onOther(boolean pong) {
        if (pong) {
            pings--;
            if (standing == Standing.RETIRING && pings == 0) {
                hub.retired(this, true);
            }
        } else if (standing == Standing.ASKED) {
            standing = Standing.CONFIRMED;
            hub.confirmed(this);
        }
    }
}
