package io.slotgate.proxy.observe;

import io.slotgate.proxy.command.CommandSpec;
import io.slotgate.proxy.resp.RequestFrame;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The arguments of a command as the slow log keeps them: at most 32 of at most 128 bytes, with how much was left out, as a server
 * has it; and none that is a secret.
 */
final class ClippedArguments {
    private static final int MOST_ARGUMENTS = 32;
    private static final int MOST_BYTES = 128;
    /** Commands with passwords, hashes or rules among their arguments; a server hides no more than that. */
    private static final Set<String> SECRET = Set.of("auth", "hello", "acl|setuser", "acl|deluser", "acl|getuser",
            "config|set", "migrate");

    private ClippedArguments() {}

    static List<String> of(CommandSpec spec, RequestFrame frame) {
        boolean secret = SECRET.contains(spec.name());
        int name = spec.name().indexOf('|') < 0 ? 1 : 2;
        boolean tooMany = frame.argc() > MOST_ARGUMENTS;
        int shown = tooMany ? MOST_ARGUMENTS - 1 : frame.argc();
        List<String> arguments = new ArrayList<>(shown + 1);
        for (int arg = 0; arg < shown; arg++) {
            arguments.add(secret && arg >= name ? "(redacted)" : argument(frame, arg));
        }
        if (tooMany) {
            arguments.add("... (" + (frame.argc() - shown) + " more arguments)");
        }
        return arguments;
    }

    private static String argument(RequestFrame frame, int arg) {
        int length = frame.length(arg);
        if (length <= MOST_BYTES) {
            return frame.text(arg);
        }
        return frame.buffer().toString(frame.offset(arg), MOST_BYTES, StandardCharsets.ISO_8859_1) + "... ("
                + (length - MOST_BYTES) + " more bytes)";
    }

    /** Of a command whose bytes are gone: what was sent in parts, or queued. */
    static List<String> ofName(CommandSpec spec) {
        List<String> arguments = new ArrayList<>(List.of(spec.name().toUpperCase(Locale.ROOT).split("\\|", -1)));
        arguments.add("... (arguments not kept)");
        return arguments;
    }
}
