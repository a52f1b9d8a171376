package io.slotgate.proxy.clients;

import io.netty.buffer.ByteBuf;
import io.slotgate.proxy.clients.QueryParser.Malformed;
import io.slotgate.proxy.resp.ReplyWriter;
import io.slotgate.proxy.resp.RequestFrame;
import io.slotgate.proxy.upstream.Pending;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The commands about clients of all workers that came to one worker: one after the other, so that what they gather has a
 * bound. Each session waits for the answer to its own before it reads on, so no more wait here than there are sessions.
 * Confined to the worker's event loop.
 */
public final class Inquiries {
    private final AllClients all;
    private final ClientDirectory home;
    private final QueryParser parser;
    private final long largestReply;
    private final ArrayDeque<Inquiry> waiting = new ArrayDeque<>();
    private @Nullable Inquiry underWay;

    /** @param largestReply most bytes of an answer */
    public Inquiries(AllClients all, ClientDirectory home, long largestReply) {
        this.all = all;
        this.home = home;
        this.parser = new QueryParser(all::knowsUser);
        this.largestReply = Math.min(largestReply, Integer.MAX_VALUE / 2);
    }

    /**
     * Does what a command says and answers {@code pending}, now or later.
     *
     * @param name full name of the command, as {@code client|kill}
     */
    public void run(String name, RequestFrame frame, Client asker, Pending pending) {
        ClientQuery query;
        try {
            query = parser.parse(name, frame, asker.client().id());
        } catch (Malformed e) {
            ByteBuf error = home.worker().scratch();
            ReplyWriter.error(error, e.error());
            pending.answer(home.worker(), error);
            return;
        }
        waiting.add(new Inquiry(this, query, asker, pending));
        next();
    }

    private void next() {
        if (underWay == null) {
            Inquiry inquiry = waiting.poll();
            if (inquiry != null) {
                underWay = inquiry;
                inquiry.begin();
            }
        }
    }

    /** The one under way has been answered. */
    void done() {
        underWay = null;
        next();
    }

    AllClients all() {
        return all;
    }

    ClientDirectory home() {
        return home;
    }

    long largestReply() {
        return largestReply;
    }
}
