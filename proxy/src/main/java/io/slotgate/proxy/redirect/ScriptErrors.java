package io.slotgate.proxy.redirect;

import io.netty.buffer.ByteBuf;
import io.slotgate.proxy.command.CommandSpec;
import io.slotgate.proxy.upstream.Pending;
import io.slotgate.topology.model.HostPort;
import io.slotgate.topology.model.SlotMap;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tells errors of a node from those that a script or a function made up: {@code redis.error_reply("TRYAGAIN no tokens left")} is the
 * answer of a script that ran, and must not run again. So words are believed only if they are the server's own, and a redirect
 * only to a node of the cluster: else whoever may run scripts could have commands, and our password, sent to a host of his.
 *
 * @see <a href="https://valkey.io/topics/lua-api/#redis.error_reply">error_reply</a>
 */
final class ScriptErrors {
    private static final Set<String> RUN_SCRIPTS = Set.of("eval", "eval_ro", "evalsha", "evalsha_ro", "fcall",
            "fcall_ro");

    /** How the server's own errors begin, in all versions; the product's name is left out. */
    private static final List<String> NOT_NOW = List.of(
            "CLUSTERDOWN The cluster is down",
            "CLUSTERDOWN Hash slot not served",
            "LOADING Redis is loading the dataset in memory",
            "LOADING Valkey is loading the dataset in memory",
            "MASTERDOWN Link with MASTER is down and ",
            "READONLY You can't write against a read only ");

    private static final List<String> TRY_AGAIN = List.of("TRYAGAIN Multiple keys request during rehashing of slot");
    private static final List<String> NO_SCRIPT = List.of("NOSCRIPT No matching script.");
    private static final int LONGEST = 80;

    private ScriptErrors() {}

    /** Whether a command's answer may be anything. */
    static boolean mayBeMadeUp(@Nullable CommandSpec spec) {
        return spec != null && RUN_SCRIPTS.contains(spec.name());
    }

    /**
     * What an error means if it is the answer of such a command.
     *
     * @param error what it says it is
     * @param map the nodes that are known; a redirect to another one makes the command wait until there is a newer map
     */
    static ErrorReply believed(ErrorReply error, Pending pending, SlotMap map, ByteBuf buffer, int start, int end) {
        return switch (error) {
            case ErrorReply.Moved(int slot, HostPort owner) -> redirect(error, slot, owner, pending, map);
            case ErrorReply.Ask(int slot, HostPort importer) -> redirect(error, slot, importer, pending, map);
            case ErrorReply.TryAgain() -> ifItBegins(error, TRY_AGAIN, buffer, start, end);
            case ErrorReply.NotNow() -> ifItBegins(error, NOT_NOW, buffer, start, end);
            case ErrorReply.NoScript() -> ifItBegins(error, NO_SCRIPT, buffer, start, end);
            case ErrorReply.Answer() -> error;
        };
    }

    private static ErrorReply redirect(ErrorReply error, int slot, HostPort to, Pending pending, SlotMap map) {
        if (slot != pending.slot()) {
            return ErrorReply.ANSWER;
        }
        return map.node(to) != null ? error : ErrorReply.NOT_NOW;
    }

    private static ErrorReply ifItBegins(ErrorReply error, List<String> words, ByteBuf buffer, int start, int end) {
        String text = buffer.toString(start + 1, Math.min(end - start - 3, LONGEST), StandardCharsets.UTF_8);
        return words.stream().anyMatch(text::startsWith) ? error : ErrorReply.ANSWER;
    }
}
