package io.slotgate.proxy.config;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Who may come in.
 *
 * @param users the users this proxy knows, each name once; empty: everyone is the default user without a password
 */
public record Auth(List<User> users) {
    public Auth {
        users = List.copyOf(users);
        Problems problems = new Problems();
        Set<String> names = new HashSet<>();
        for (int i = 0; i < users.size(); i++) {
            String name = users.get(i).name();
            if (!names.add(name)) {
                problems.unexpected("users[" + i + "].name", Units.quoted(name), "a name no other user has");
            }
        }
        problems.throwIfAny();
    }

    /** No AUTH needed. */
    public static Auth open() {
        return new Auth(List.of());
    }
}
