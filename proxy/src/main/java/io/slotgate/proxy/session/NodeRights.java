package io.slotgate.proxy.session;

import io.netty.buffer.ByteBuf;
import io.slotgate.proxy.command.CommandSpec;
import io.slotgate.proxy.facade.UpstreamUser;
import io.slotgate.proxy.resp.ReplyWriter;
import io.slotgate.proxy.upstream.Pending;
import io.slotgate.proxy.upstream.PendingPool;
import io.slotgate.proxy.upstream.Requester;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Whether a user of the cluster may say a command about other clients. A node is asked each time, and nothing remembered:
 *
 * <pre>
 *   LIST, KILL, PAUSE, UNBLOCK   by the same command about nobody, as the user: NOPERM, or what it answers who may
 *   UNPAUSE                      by ACL DRYRUN, as the proxy itself: there is no UNPAUSE that changes nothing
 * </pre>
 *
 * What else is answered is no leave. Confined to its worker.
 *
 * @see <a href="https://valkey.io/topics/acl/">ACL</a>
 * @see <a href="https://valkey.io/commands/acl-dryrun/">ACL DRYRUN</a>
 */
final class NodeRights {
    /** What PAUSE finds wrong with its arguments, when the user may say it at all. */
    private static final String NEGATIVE = "-ERR timeout is negative";

    private static final String NOT_TOLD = "-NOPERM Slotgate: the nodes don't tell this proxy whether the user may do that: ";

    private final SessionRoom room;

    NodeRights(SessionRoom room) {
        this.room = room;
    }

    /** Told once, on the event loop. */
    interface Verdict {
        /** @param refusal the error that says why not, or why nobody knows; null if the user may */
        void known(@Nullable String refusal);
    }

    /**
     * Asks any node.
     *
     * @param plane the user's
     * @param protocol RESP version of the user's session
     */
    void ask(UserPlane plane, UpstreamUser user, int protocol, CommandSpec spec, Verdict then) {
        switch (spec.name()) {
            case "client|list" -> send(plane, protocol, spec, new Attempt(then), "CLIENT", "LIST", "ID", "0");
            case "client|kill" -> send(plane, protocol, spec, new Attempt(then), "CLIENT", "KILL", "ID",
                    Long.toString(Long.MAX_VALUE));
            case "client|pause" -> send(plane, protocol, spec, new Attempt(then), "CLIENT", "PAUSE", "-1");
            case "client|unblock" -> send(plane, protocol, spec, new Attempt(then), "CLIENT", "UNBLOCK", "0");
            case "client|unpause" ->
                send(room.plane(), 2, spec, new DryRun(then), "ACL", "DRYRUN", user.name(), "CLIENT",
                        "UNPAUSE");
            default -> throw new IllegalArgumentException(spec + " (expected: a command about other clients)");
        }
    }

    private void send(UserPlane plane, int protocol, CommandSpec spec, Requester requester, String... words) {
        ByteBuf command = room.worker().allocator().directBuffer();
        ReplyWriter.array(command, words.length);
        for (String word : words) {
            ReplyWriter.bulk(command, word);
        }
        // It has no key: sent again if its connection is lost, for it changes nothing.
        Pending pending = room.pendings().take(requester, spec, protocol, Pending.NO_SLOT);
        plane.dispatcher().send(pending, command, 0, command.readableBytes());
        command.release();
    }

    private static String text(ByteBuf buffer, int start, int end) {
        return buffer.toString(start, end - start, StandardCharsets.ISO_8859_1).stripTrailing();
    }

    /** The command itself, about nobody. */
    private record Attempt(Verdict then) implements Requester {
        @Override
        public void onReply(Pending pending, ByteBuf buffer, int start, int end) {
            String reply = text(buffer, start, end);
            PendingPool.recycle(pending);
            then.known(!reply.startsWith("-") || reply.equals(NEGATIVE) ? null : reply.substring(1));
        }
    }

    /** What would come of it, as a node says. */
    private record DryRun(Verdict then) implements Requester {
        @Override
        public void onReply(Pending pending, ByteBuf buffer, int start, int end) {
            String reply = text(buffer, start, end);
            PendingPool.recycle(pending);
            then.known(reply.equals("+OK") ? null : refusal(reply).substring(1));
        }

        private static String refusal(String reply) {
            if (!reply.startsWith("$")) {
                // Of our own: that no node could be asked.
                boolean ofTheNode = reply.startsWith("-NOPERM") || reply.startsWith("-ERR");
                return ofTheNode ? NOT_TOLD + reply.substring(1) : reply;
            }
            String reason = reply.substring(reply.indexOf('\n') + 1);
            // Redis 7.0 has two forms of it.
            return "-NOPERM " + (reason.startsWith("This ") ? "this " + reason.substring(5) : reason);
        }
    }
}
