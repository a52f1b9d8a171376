package io.slotgate.proxy.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * One who may AUTH.
 *
 * @param name one word; {@code default} is whom AUTH with a password alone means
 * @param passwordSha256 SHA-256 of each password that is accepted, as 64 hex digits (kept in lower case); at least one
 * @see <a href="https://valkey.io/topics/acl/">ACL, how passwords are kept</a>
 */
public record User(String name, List<String> passwordSha256) {
    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");

    public User {
        List<String> digests = new ArrayList<>();
        Problems problems = new Problems();
        problems.word("name", name);
        if (passwordSha256.isEmpty()) {
            problems.unexpected("password-sha256", "none", "at least one SHA-256 digest");
        }
        for (int i = 0; i < passwordSha256.size(); i++) {
            String digest = passwordSha256.get(i).toLowerCase(Locale.ROOT);
            digests.add(digest);
            if (!DIGEST.matcher(digest).matches()) {
                // Not shown: it may be a password by mistake.
                problems.unexpected("password-sha256[" + i + "]", digest.length() + " characters",
                        "64 hex digits, the SHA-256 of a password");
            }
        }
        problems.throwIfAny();
        passwordSha256 = List.copyOf(digests);
    }

    @Override
    public String toString() {
        return "User[name=" + name + ", passwords=" + passwordSha256.size() + "]";
    }
}
