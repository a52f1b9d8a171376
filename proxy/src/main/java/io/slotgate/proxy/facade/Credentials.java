package io.slotgate.proxy.facade;

import io.netty.buffer.ByteBufUtil;
import io.slotgate.proxy.config.User;
import io.slotgate.proxy.resp.RequestFrame;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The users that may come in, and the check of their passwords, whose time does not tell how much of a password was right.
 * Immutable.
 *
 * @see <a href="https://valkey.io/topics/acl/">ACL, section on how passwords are stored internally</a>
 */
final class Credentials {
    private final Map<String, List<byte[]>> passwordDigests = new HashMap<>();

    Credentials(List<User> users) {
        for (User user : users) {
            List<byte[]> digests = new ArrayList<>();
            for (String digest : user.passwordSha256()) {
                digests.add(HexFormat.of().parseHex(digest));
            }
            passwordDigests.put(user.name(), List.copyOf(digests));
        }
    }

    /** Whether everyone may come in, as the default user. */
    boolean open() {
        return passwordDigests.isEmpty();
    }

    /** Whether there is a user of this name. */
    boolean knows(String user) {
        return user.equals(ClientState.DEFAULT_USER) || passwordDigests.containsKey(user);
    }

    /** The default user, or null if argument {@code password} is not a password of its. */
    @Nullable
    String checkDefault(RequestFrame frame, int password) {
        return check(ClientState.DEFAULT_USER, frame, password);
    }

    /** The user that argument {@code name} names, or null if there is none or argument {@code password} is none of its. */
    @Nullable
    String check(RequestFrame frame, int name, int password) {
        String user = frame.buffer().toString(frame.offset(name), frame.length(name), StandardCharsets.UTF_8);
        return check(user, frame, password);
    }

    private @Nullable String check(String user, RequestFrame frame, int password) {
        if (open()) {
            return user.equals(ClientState.DEFAULT_USER) ? user : null;
        }
        byte[] digest = sha256(ByteBufUtil.getBytes(frame.buffer(), frame.offset(password), frame.length(password)));
        boolean right = false;
        for (byte[] known : passwordDigests.getOrDefault(user, List.of())) {
            right |= MessageDigest.isEqual(known, digest);
        }
        return right ? user : null;
    }

    private static byte[] sha256(byte[] password) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(password);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
