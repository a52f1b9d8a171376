package io.slotgate.proxy.clients;

import io.netty.buffer.ByteBuf;
import io.slotgate.proxy.clients.QueryParser.Malformed;
import io.slotgate.proxy.resp.ReplyWriter;
import io.slotgate.proxy.resp.RequestFrame;
import io.slotgate.proxy.upstream.Pending;
import java.util.ArrayDeque;
import java.util.function.LongSupplier;
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
    private final LongSupplier largestReply;
    private final ArrayDeque<Inquiry> waiting = new ArrayDeque<>();
    private @Nullable Inquiry underWay;

    /** @param largestReply most bytes of an answer */
    public Inquiries(AllClients all, ClientDirectory home, LongSupplier largestReply) {
        this.all = all;
        this.home = home;
        this.parser = new QueryParser(all::knowsUser);
        this.largestReply = largestReply;
    }

    /** A command about clients that was read. */
    public interface Question {
        /** Does what it says and answers {@code pending}, now or later; once. */
        void answer(Pending pending);
    }

    /**
     * Reads a command, whose bytes are not looked at any more then. That something is wrong with it is the answer.
     *
     * @param name full name of the command, as {@code client|kill}
     */
    public Question read(String name, RequestFrame frame, Client asker) {
        try {
            ClientQuery query = parser.parse(name, frame, asker.client().id());
            return pending -> {
                waiting.add(new Inquiry(this, query, asker, pending));
                next();
            };
        } catch (Malformed e) {
            return pending -> {
                ByteBuf error = home.worker().scratch();
                ReplyWriter.error(error, e.error());
                pending.answer(home.worker(), error);
            };
        }
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
        return Math.min(largestReply.getAsLong(), Integer.MAX_VALUE / 2);
    }
}
