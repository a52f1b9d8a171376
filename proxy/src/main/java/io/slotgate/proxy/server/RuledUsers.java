package io.slotgate.proxy.server;

import io.slotgate.proxy.config.AclRules;
import io.slotgate.proxy.config.User;
import io.slotgate.proxy.session.MadeUsers;
import io.slotgate.topology.discovery.Discovery;
import io.slotgate.topology.discovery.StandingCommand;
import io.slotgate.topology.discovery.StandingCommands;
import io.slotgate.topology.model.HostPort;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The configured users that have rules: each is made on every node, whose business it then is to enforce them. All proxies of a
 * fleet write the same, so it does not matter who is first.
 *
 * @see <a href="https://valkey.io/commands/acl-setuser/">ACL SETUSER</a>
 */
final class RuledUsers implements MadeUsers {
    /** What our own channels say as the user: where a slot is on its way, to a replica, and to see whether anyone is there. */
    private static final List<String> OUR_NEEDS = List.of("+asking", "+readonly", "+ping");

    private final Set<String> names;
    private final @Nullable StandingCommands commands;

    private RuledUsers(Set<String> names, @Nullable StandingCommands commands) {
        this.names = names;
        this.commands = commands;
    }

    /** Has those of the users made who have rules, from now on. */
    static RuledUsers of(List<User> users, Discovery discovery) {
        List<StandingCommand> commands = new ArrayList<>();
        for (User user : users) {
            if (user.rules() != null) {
                commands.add(command(user, user.rules()));
            }
        }
        return new RuledUsers(commands.stream().map(StandingCommand::name).collect(Collectors.toUnmodifiableSet()),
                commands.isEmpty() ? null : discovery.keep(commands));
    }

    static StandingCommand command(User user, AclRules rules) {
        // RESET leaves channels as the server's acl-pubsub-default says, and after all of them none can be named.
        List<String> words = new ArrayList<>(List.of("ACL", "SETUSER", user.name(), "reset", "resetchannels", "on"));
        user.passwordSha256().forEach(digest -> words.add("#" + digest));
        words.addAll(rules.words());
        words.addAll(OUR_NEEDS);
        return new StandingCommand(user.name(), words);
    }

    /** Completes when every node that is well has been told, or does not answer. */
    CompletableFuture<Void> everywhere() {
        return commands == null ? CompletableFuture.completedFuture(null) : commands.everywhere();
    }

    @Override
    public boolean has(String name) {
        return names.contains(name);
    }

    @Override
    public @Nullable String refusal(String name) {
        return commands == null ? null : commands.refusal(name);
    }

    @Override
    public CompletableFuture<Void> again(HostPort node) {
        return commands == null ? CompletableFuture.completedFuture(null) : commands.again(node);
    }
}
