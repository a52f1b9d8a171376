package io.slotgate.proxy.facade;

import io.slotgate.proxy.config.User;
import io.slotgate.topology.model.SlotMap;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Facades of a proxy with the ports 6379, 6380 and 6381 (plain). */
final class TestFacades {
    private TestFacades() {}

    static Facade open() {
        return of(settings(null, 6380, List.of()));
    }

    static Facade withUsers(User... users) {
        return of(settings(null, 6380, List.of(users)));
    }

    /** Of a proxy that lets the cluster's users in, too. */
    static Facade passingThrough(boolean open, User... users) {
        return of(new FacadeSettings("fleet", null, 6379, 6380, 6381, List.of(users), "valkey", "8.0.1", true, true,
                open));
    }

    /** Of a proxy that looks like one server. */
    static Facade standalone() {
        return of(
                new FacadeSettings("fleet", null, 6379, 6380, 6381, List.of(), "valkey", "8.0.1", false, false, true));
    }

    static Facade of(FacadeSettings settings) {
        return new Facade(settings, SlotMap::empty, () -> FacadeClient.CONNECTED_AT + 61_500);
    }

    static FacadeSettings settings(@Nullable String advertisedHost, int readPort, List<User> users) {
        return new FacadeSettings("fleet", advertisedHost, 6379, readPort, 6381, users, "valkey", "8.0.1");
    }

    static User user(String name, String... passwords) {
        List<String> digests = new ArrayList<>();
        for (String password : passwords) {
            digests.add(sha256(password));
        }
        return new User(name, digests);
    }

    private static String sha256(String password) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(password.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
