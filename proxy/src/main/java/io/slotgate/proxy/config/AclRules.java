package io.slotgate.proxy.config;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What a user may do, in the words of the servers' access control lists: {@code ~app:*}, {@code +@read}, {@code &news:*},
 * {@code (~other:* +@read)}. Whether a word names a command or category that exists only the nodes know.
 *
 * @param words one rule each, at least one; none that is about passwords or about whether the user is there at all
 * @see <a href="https://valkey.io/commands/acl-setuser/">ACL SETUSER</a>
 */
public record AclRules(List<String> words) {
    private static final Set<String> WHOLE = Set.of("allkeys", "resetkeys", "allchannels", "resetchannels",
            "allcommands", "nocommands", "clearselectors", "sanitize-payload", "skip-sanitize-payload");
    private static final Set<String> OF_USER = Set.of("on", "off", "reset", "nopass", "resetpass");
    private static final String A_RULE = "a rule such as ~app:*, %R~other:*, +@read, -flushall, +config|get, &news:* or (~more:* +@all)";

    public AclRules {
        words = List.copyOf(words);
        Problems problems = new Problems();
        if (words.isEmpty()) {
            problems.unexpected("rules", "none", "at least one rule; 'nocommands' allows nothing");
        }
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            String at = "rules[" + i + "]";
            if (isPassword(word)) {
                // Not shown: it is a secret.
                problems.unexpected(at, "a password", "passwords only under password-sha256");
            } else if (OF_USER.contains(word.toLowerCase(Locale.ROOT))) {
                problems.unexpected(at, Units.quoted(word),
                        "none of on, off, reset, nopass and resetpass, which say nothing"
                                + " of commands or keys");
            } else if (!isSelector(word) && !isRule(word)) {
                problems.unexpected(at, Units.quoted(word), A_RULE);
            }
        }
        problems.throwIfAny();
    }

    private static boolean isPassword(String word) {
        return !word.isEmpty() && "><#!".indexOf(word.charAt(0)) >= 0;
    }

    private static boolean isSelector(String word) {
        if (!word.startsWith("(") || !word.endsWith(")")) {
            return false;
        }
        String inner = word.substring(1, word.length() - 1).strip();
        return !inner.isEmpty() && List.of(inner.split(" +")).stream().allMatch(AclRules::isRule);
    }

    private static boolean isRule(String word) {
        if (word.chars().anyMatch(c -> c <= ' ' || c == 0x7f)) {
            return false;
        }
        if (WHOLE.contains(word.toLowerCase(Locale.ROOT))) {
            return true;
        }
        return switch (word.isEmpty() ? ' ' : word.charAt(0)) {
            case '~', '&' -> word.length() > 1;
            case '+', '-' ->
                word.length() > 1 && Character.isLetter(word.charAt(word.charAt(1) == '@' && word.length() > 2
                        ? 2
                        : 1));
            case '%' -> word.substring(1).toUpperCase(Locale.ROOT).matches("(R|W|RW|WR)~.+");
            default -> false;
        };
    }
}
