package io.slotgate.proxy.redirect;

import io.netty.buffer.ByteBuf;
import io.slotgate.topology.model.HostPort;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What an error of a node means for the command that met it.
 *
 * @see <a href="https://valkey.io/topics/cluster-spec/#redirection-and-resharding">Redirection and resharding</a>
 */
public sealed interface ErrorReply {
    /** The slot belongs to {@code owner} now. */
    record Moved(int slot, HostPort owner) implements ErrorReply {}

    /** The key is not here any more; this one command goes to {@code importer}, behind ASKING. */
    record Ask(int slot, HostPort importer) implements ErrorReply {}

    /** The slot is moving and the command's keys are partly here, partly there. */
    record TryAgain() implements ErrorReply {}

    /** The node can't serve it now but did not run it: starting up, cut off from its primary, or without the cluster. */
    record NotNow() implements ErrorReply {}

    /** The node does not know the script that EVALSHA names. */
    record NoScript() implements ErrorReply {}

    /** The answer to the command itself. */
    record Answer() implements ErrorReply {}

    Answer ANSWER = new Answer();
    NotNow NOT_NOW = new NotNow();
    NoScript NO_SCRIPT = new NoScript();
    TryAgain TRY_AGAIN = new TryAgain();

    /** Whether an error of ours says that nobody knows what became of a command. */
    static boolean isUncertain(ByteBuf buffer, int start) {
        return start + 4 <= buffer.writerIndex() && buffer.getByte(start + 1) == 'U' && buffer.getByte(start + 2) == 'N'
                && buffer.getByte(start + 3) == 'C';
    }

    /**
     * Reads an error reply.
     *
     * @param from the node that sent it: a redirect without a host means that host
     */
    static ErrorReply read(ByteBuf buffer, int start, int end, HostPort from) {
        return switch (buffer.getByte(start + 1)) {
            case 'M', 'A', 'T', 'C', 'L', 'R', 'U', 'N' -> readText(
                    buffer.toString(start + 1, Math.min(end - start - 3, 512), StandardCharsets.UTF_8), from);
            default -> ANSWER;
        };
    }

    private static ErrorReply readText(String text, HostPort from) {
        int space = text.indexOf(' ');
        return switch (space < 0 ? text : text.substring(0, space)) {
            case "MOVED" -> {
                ErrorReply redirect = readRedirect(text, from, true);
                yield redirect == null ? ANSWER : redirect;
            }
            case "ASK" -> {
                ErrorReply redirect = readRedirect(text, from, false);
                yield redirect == null ? ANSWER : redirect;
            }
            case "TRYAGAIN" -> TRY_AGAIN;
            case "NOSCRIPT" -> NO_SCRIPT;
            case "CLUSTERDOWN", "LOADING", "MASTERDOWN", "READONLY" -> NOT_NOW;
            // Of a node that was demoted; a client that was unblocked by another one gets the answer it was meant to get.
            case "UNBLOCKED" -> text.startsWith("UNBLOCKED force unblock ") ? NOT_NOW : ANSWER;
            default -> ANSWER;
        };
    }

    private static @Nullable ErrorReply readRedirect(String text, HostPort from, boolean moved) {
        String[] words = text.split(" ", -1);
        if (words.length < 3) {
            return null;
        }
        try {
            int slot = Integer.parseInt(words[1]);
            boolean withoutHost = words[2].lastIndexOf(':') == 0;
            String address = withoutHost ? from.host() + words[2] : words[2];
            HostPort owner = HostPort.parse(address);
            if (slot < 0 || slot > 16383) {
                return null;
            }
            return moved ? new Moved(slot, owner) : new Ask(slot, owner);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
