package io.slotgate.proxy.config;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Who may come in.
 *
 * @param users the users this proxy knows, each name once; empty: everyone is the default user without a password
 * @param passThrough whether other users may come in who are the cluster's, with the passwords they have there
 * @param upstreamUsers users of the cluster who have channels of their own on a worker at a time, databases other than 0
 * that are in use counting like users, 1..10000
 */
public record Auth(List<User> users, boolean passThrough, int upstreamUsers) {
    static final int DEFAULT_UPSTREAM_USERS = 100;

    /** Users of ours only. */
    public Auth(List<User> users) {
        this(users, false, DEFAULT_UPSTREAM_USERS);
    }

    public Auth {
        users = List.copyOf(users);
        Problems problems = new Problems();
        problems.range("upstream-users", upstreamUsers, 1, 10_000);
        Set<String> names = new HashSet<>();
        Set<String> upstream = new HashSet<>();
        users.forEach(user -> {
            if (user.upstream() != null) {
                upstream.add(user.upstream().name());
            }
        });
        for (int i = 0; i < users.size(); i++) {
            String name = users.get(i).name();
            if (users.get(i).rules() != null && upstream.contains(name)) {
                problems.unexpected("users[" + i + "].rules",
                        "of " + Units.quoted(name) + ", the upstream-user of another",
                        "those of a user that is nobody's upstream-user");
            }
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
