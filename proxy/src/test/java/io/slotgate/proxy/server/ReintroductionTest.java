package io.slotgate.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotgate.proxy.config.AclRules;
import io.slotgate.proxy.config.User;
import io.slotgate.proxy.session.MadeUsers;
import io.slotgate.topology.model.HostPort;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A node that does not know a user is told of it, but not for ever. */
class ReintroductionTest {
    private static final HostPort NODE = new HostPort("10.0.0.1", 7000);
    private static final String ERROR = "WRONGPASS who?";

    private final List<CompletableFuture<Void>> told = new ArrayList<>();
    private final List<String> lost = new ArrayList<>();
    private @Nullable String refusal;
    private final Reintroduction reintroduction = new Reintroduction("app", new MadeUsers() {
        @Override
        public boolean has(String name) {
            return name.equals("app");
        }

        @Override
        public @Nullable String refusal(String name) {
            return refusal;
        }

        @Override
        public CompletableFuture<Void> again(HostPort node) {
            CompletableFuture<Void> telling = new CompletableFuture<>();
            told.add(telling);
            return telling;
        }
    }, Runnable::run);

    @Test
    void aNodeIsToldOnceForAllChannels() {
        for (int channel = 0; channel < 20; channel++) {
            reintroduction.onRefused(NODE, ERROR, lost::add);
        }
        assertThat(told).hasSize(1);
        told.getFirst().complete(null);
        reintroduction.onAccepted(NODE);
        assertThat(lost).isEmpty();
    }

    @Test
    void aNodeThatRefusesToMakeTheUserHasTheLastWord() {
        reintroduction.onRefused(NODE, ERROR, lost::add);
        refusal = "NOPERM no";
        told.getFirst().complete(null);
        assertThat(lost).containsExactly("NOPERM no");
    }

    @Test
    void aNodeThatNeverKnowsTheUserIsBelieved() {
        for (int i = 0; i < 5; i++) {
            reintroduction.onRefused(NODE, ERROR, lost::add);
            told.getLast().complete(null);
        }
        assertThat(lost).isEmpty();
        reintroduction.onRefused(NODE, ERROR, lost::add);
        assertThat(lost).containsExactly(ERROR);
        assertThat(told).hasSize(5);

        reintroduction.onAccepted(NODE);
        reintroduction.onRefused(NODE, ERROR, lost::add);
        assertThat(told).hasSize(6);
    }

    @Test
    void theUserIsMadeFromNothing() {
        User user = new User("app", List.of("ab".repeat(32), "cd".repeat(32)), null,
                new AclRules(List.of("~app:*", "+@read")));
        AclRules rules = user.rules();
        assertThat(rules).isNotNull();
        if (rules != null) {
            assertThat(RuledUsers.command(user, rules).words()).containsExactly("ACL", "SETUSER", "app", "reset",
                    "resetchannels", "on", "#" + "ab".repeat(32), "#" + "cd".repeat(32), "~app:*", "+@read", "+asking",
                    "+readonly", "+ping");
        }
    }
}
