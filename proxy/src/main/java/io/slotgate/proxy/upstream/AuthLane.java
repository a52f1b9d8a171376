package io.slotgate.proxy.upstream;

import io.netty.buffer.ByteBuf;
import io.slotgate.proxy.resp.ReplyWriter;
import io.slotgate.proxy.upstream.ChannelKey.Lane;
import io.slotgate.proxy.worker.Worker;
import io.slotgate.topology.model.HostPort;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Asks nodes whether a user's password is right, by AUTH on a channel on which nothing else is ever sent: whom it is
 * authenticated as does not matter, nor which database it has selected. Bounded by those who ask, one question each. Confined to its worker.
 */
public final class AuthLane implements Requester {
    private static final String NO_NODE = "ERR Slotgate: the user could not be checked, for no node answered";

    /** What became of a question. */
    @FunctionalInterface
    public interface Answer {
        /**
         * @param error null if the user is right, else the error as it is to be answered
         * @param node who says so; null if no node does
         */
        void accept(@Nullable String error, @Nullable HostPort node);
    }

    private record Question(String user, String password, int database, Answer answer) {}

    /** A question that a node was asked, in one command or two. */
    private static final class Asked {
        final Question question;
        final HostPort node;
        int missing;
        @Nullable
        String error;

        Asked(Question question, HostPort node) {
            this.question = question;
            this.node = node;
        }

        void end() {
            String first = error;
            boolean ofNode = first == null || (!first.startsWith("UNCERTAIN") && !first.startsWith("CLUSTERDOWN"));
            question.answer().accept(ofNode ? first : NO_NODE, ofNode ? node : null);
        }
    }

    private final Worker worker;
    private final Upstreams upstreams;
    private final ArrayDeque<Question> waiting = new ArrayDeque<>();
    private final IdentityHashMap<Pending, Asked> asked = new IdentityHashMap<>();
    private int turn;
    private int failures;
    private boolean connecting;

    public AuthLane(Worker worker, Upstreams upstreams) {
        this.worker = worker;
        this.upstreams = upstreams;
    }

    /**
     * Asks.
     *
     * @param database what the user is to be allowed to select; 0, where everyone begins, needs no leave
     */
    public void ask(String user, String password, int database, Answer answer) {
        waiting.add(new Question(user, password, database, answer));
        pump();
    }

    private void pump() {
        List<HostPort> primaries = upstreams.primaries();
        if (connecting || waiting.isEmpty()) {
            return;
        }
        if (primaries.isEmpty() || failures > primaries.size()) {
            failAll();
            return;
        }
        UpstreamChannel channel = upstreams.channel(
                new ChannelKey(primaries.get(Math.floorMod(turn, primaries.size())), 2, Lane.AUTH, 0));
        if (channel.ready()) {
            failures = 0;
            Question question;
            while ((question = waiting.poll()) != null) {
                send(channel, question);
            }
            return;
        }
        connecting = true;
        channel.connection().whenSettled(() -> {
            connecting = false;
            if (!channel.ready()) {
                turn++;
                failures++;
            }
            pump();
        });
        channel.connect();
    }

    /** Nobody is to wait any more. */
    public void close() {
        failAll();
    }

    private void failAll() {
        failures = 0;
        List<Question> unanswered = new ArrayList<>(waiting);
        waiting.clear();
        unanswered.forEach(question -> question.answer().accept(NO_NODE, null));
    }

    /** Both in one write: the next question makes the channel somebody else's. */
    private void send(UpstreamChannel channel, Question question) {
        Asked ask = new Asked(question, channel.key().node());
        ask.missing = question.database() == 0 ? 1 : 2;
        send(channel, ask, "AUTH", question.user(), question.password());
        if (question.database() != 0) {
            send(channel, ask, "SELECT", Integer.toString(question.database()));
        }
    }

    private void send(UpstreamChannel channel, Asked ask, String... words) {
        Pending pending = upstreams.pendings().take(this, null, 2, Pending.NO_SLOT);
        pending.meantFor(channel);
        asked.put(pending, ask);
        ByteBuf command = worker.scratch();
        ReplyWriter.array(command, words.length);
        for (String word : words) {
            ReplyWriter.bulk(command, word);
        }
        channel.send(pending, command, 0, command.readableBytes());
    }

    @Override
    public void onReply(Pending pending, ByteBuf buffer, int start, int end) {
        Asked ask = asked.remove(pending);
        PendingPool.recycle(pending);
        if (ask == null) {
            return;
        }
        if (buffer.getByte(start) != '+' && ask.error == null) {
            ask.error = buffer.toString(start + 1, end - start - 3, StandardCharsets.UTF_8);
        }
        if (--ask.missing == 0) {
            ask.end();
        }
    }
}
