package io.slotgate.admin;

import io.slotgate.proxy.config.Admin;
import io.slotgate.proxy.config.AdminRole;
import io.slotgate.proxy.config.AdminToken;
import io.slotgate.proxy.config.Endpoint;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** A token for each role: {@code token-of-viewer} and so on. */
public final class Tokens {
    /** An API on any port of this machine that asks for them. */
    public static final Admin REQUIRED = new Admin(true, new Endpoint("127.0.0.1", 0), null, all());

    private Tokens() {}

    /** @param role in lower case */
    public static String of(String role) {
        return "token-of-" + role;
    }

    public static List<AdminToken> all() {
        return Stream.of(AdminRole.values()).map(role -> {
            String word = role.name().toLowerCase(Locale.ROOT);
            return new AdminToken("the-" + word, role, sha256(of(word)));
        }).toList();
    }

    public static String sha256(String text) {
        try {
            return HexFormat.of().formatHex(
                    MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
