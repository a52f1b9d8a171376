package io.slotgate.proxy.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One who may AUTH.
 *
 * @param name one word; {@code default} is whom AUTH with a password alone means
 * @param passwordSha256 SHA-256 of each password that is accepted, as 64 hex digits (kept in lower case); at least one
 * @param upstream whom it is to the nodes; null: whom the proxy is, or itself if it has rules
 * @param rules what it may do, as a user of this name that the proxy makes on the nodes; null: what {@code upstream} may
 * @see <a href="https://valkey.io/topics/acl/">ACL, how passwords are kept</a>
 */
public record User(String name, List<String> passwordSha256, @Nullable UpstreamIdentity upstream,
        @Nullable AclRules rules) {
    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");

    /** One who is to the nodes whom the proxy is. */
    public User(String name, List<String> passwordSha256) {
        this(name, passwordSha256, null, null);
    }

    /** One without rules of its own. */
    public User(String name, List<String> passwordSha256, @Nullable UpstreamIdentity upstream) {
        this(name, passwordSha256, upstream, null);
    }

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
        if (rules != null && upstream != null) {
            problems.unexpected("rules", "with upstream-user",
                    "one of the two, for rules of an upstream-user are the cluster's own");
        }
        if (rules != null && name.equals("default")) {
            problems.unexpected("rules", "of the user 'default'",
                    "those of another user: the nodes' own default user is not to be changed");
        }
        problems.throwIfAny();
        passwordSha256 = List.copyOf(digests);
    }

    @Override
    public String toString() {
        return "User[name=" + name + ", passwords=" + passwordSha256.size() + "]";
    }
}
