package io.slotgate.proxy.config;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A bearer token of the admin API.
 *
 * @param name of who holds it, one word, for the audit log
 * @param role what it allows
 * @param sha256 SHA-256 of the token, 64 hex digits (kept in lower case)
 */
public record AdminToken(String name, AdminRole role, String sha256) {
    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");

    public AdminToken {
        sha256 = sha256.toLowerCase(Locale.ROOT);
        Problems problems = new Problems();
        problems.word("name", name);
        if (!DIGEST.matcher(sha256).matches()) {
            // Not shown: it may be the token by mistake.
            problems.unexpected("sha256", sha256.length() + " characters", "64 hex digits, the SHA-256 of the token");
        }
        problems.throwIfAny();
    }

    @Override
    public String toString() {
        return "AdminToken[name=" + name + ", role=" + role + "]";
    }
}
