package io.slotgate.proxy.facade;

import io.netty.buffer.ByteBufUtil;
import io.slotgate.proxy.config.User;
import io.slotgate.proxy.resp.RequestFrame;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The users that may come in, and the check of their passwords, whose time does not tell how much of a password was right.
 * Immutable.
 *
 * @see <a href="https://valkey.io/topics/acl/">ACL, section on how passwords are stored internally</a>
 */
final class Credentials {
    private final Map<String, List<byte[]>> passwordDigests = new HashMap<>();
    private final Map<String, UpstreamUser> upstreamUsers = new HashMap<>();
    private final Set<String> ruled = new HashSet<>();
    private final boolean passThrough;
    private final boolean open;

    /**
     * @param passThrough whether other users may be the cluster's
     * @param open whether everyone may come in, as the default user
     */
    Credentials(List<User> users, boolean passThrough, boolean open) {
        this.passThrough = passThrough;
        this.open = open;
        for (User user : users) {
            if (user.upstream() != null) {
                upstreamUsers.put(user.name(),
                        new UpstreamUser(user.upstream().name(), user.upstream().password().reveal()));
            }
            if (user.rules() != null) {
                ruled.add(user.name());
            }
            List<byte[]> digests = new ArrayList<>();
            for (String digest : user.passwordSha256()) {
                digests.add(HexFormat.of().parseHex(digest));
            }
            passwordDigests.put(user.name(), List.copyOf(digests));
        }
    }

    /** Whether everyone may come in, as the default user. */
    boolean open() {
        return open;
    }

    /** Whether there is a user of this name. */
    boolean knows(String user) {
        return passThrough || user.equals(ClientState.DEFAULT_USER) || passwordDigests.containsKey(user);
    }

    /** Whether some users are the cluster's, so that a login may have to ask it. */
    boolean asksNodes() {
        return passThrough || !upstreamUsers.isEmpty() || !ruled.isEmpty();
    }

    /**
     * The user that the nodes have to accept: the one that a configured user acts as, or itself if it has rules, if the
     * password is right; or one whom only the cluster knows; null if no node has to be asked.
     *
     * @param name argument with the user's name; 0: the default user is meant
     */
    @Nullable
    UpstreamUser asks(RequestFrame frame, int name, int password) {
        String user = name == 0 ? ClientState.DEFAULT_USER : text(frame, name);
        if (passwordDigests.containsKey(user)) {
            if (check(user, frame, password) == null) {
                return null;
            }
            return ruled.contains(user) ? new UpstreamUser(user, text(frame, password)) : upstreamUsers.get(user);
        }
        return passThrough && frame.length(password) > 0 ? new UpstreamUser(user, text(frame, password)) : null;
    }

    private static String text(RequestFrame frame, int argument) {
        return frame.buffer().toString(frame.offset(argument), frame.length(argument), StandardCharsets.UTF_8);
    }

    /** The default user, or null if argument {@code password} is not a password of its. */
    @Nullable
    String checkDefault(RequestFrame frame, int password, ClientState client) {
        if (client.isAccepted()) {
            return ClientState.DEFAULT_USER;
        }
        return check(ClientState.DEFAULT_USER, frame, password);
    }

    /** The user that argument {@code name} names, or null if there is none or argument {@code password} is none of its. */
    @Nullable
    String check(RequestFrame frame, int name, int password, ClientState client) {
        if (client.isAccepted()) {
            return text(frame, name);
        }
        return check(text(frame, name), frame, password);
    }

    private @Nullable String check(String user, RequestFrame frame, int password) {
        if (open() && !passwordDigests.containsKey(user)) {
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
