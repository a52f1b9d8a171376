package io.slotgate.proxy.facade;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotgate.proxy.config.AclRules;
import io.slotgate.proxy.config.Secret;
import io.slotgate.proxy.config.UpstreamIdentity;
import io.slotgate.proxy.config.User;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Who gets in, and that a refused HELLO or AUTH changes nothing. */
class AuthenticationTest {
    private static final String OK = "+OK\r\n";
    private static final String WRONGPASS = "-WRONGPASS invalid username-password pair or user is disabled.\r\n";

    private final Facade facade = TestFacades.withUsers(TestFacades.user("default", "one"),
            TestFacades.user("ann", "two", "zwölf"));
    private final FacadeClient client = new FacadeClient(facade, Listener.CLIENT);

    @Test
    void clientsStartAsTheDefaultUserThatMustAuthenticate() {
        assertThat(facade.authenticationRequired()).isTrue();
        assertThat(TestFacades.open().authenticationRequired()).isFalse();
        assertThat(client.state.authenticated()).isFalse();
        assertThat(client.state.user()).isEqualTo("default");
    }

    @Test
    void eachPasswordOfAUserIsAccepted() {
        assertThat(client.call("AUTH", "ann", "two")).isEqualTo(OK);
        assertThat(client.state.user()).isEqualTo("ann");
        assertThat(client.call("ACL", "WHOAMI")).isEqualTo("$3\r\nann\r\n");
        assertThat(client.call("AUTH", "one")).isEqualTo(OK);
        assertThat(client.state.user()).isEqualTo("default");
        assertThat(client.call("AUTH", "ann", "zw\u00c3\u00b6lf")).as("the bytes of UTF-8").isEqualTo(OK);
    }

    @Test
    void aPasswordOfAnotherUserIsNot() {
        assertThat(client.call("AUTH", "ann", "one")).isEqualTo(WRONGPASS);
        assertThat(client.call("AUTH", "two")).isEqualTo(WRONGPASS);
        assertThat(client.call("AUTH", "bob", "two")).isEqualTo(WRONGPASS);
        assertThat(client.call("AUTH", "ANN", "two")).isEqualTo(WRONGPASS);
        assertThat(client.call("AUTH", "", "")).isEqualTo(WRONGPASS);
        assertThat(client.state.authenticated()).isFalse();
    }

    @Test
    void usersThatAreNotOursAreAskedOfTheCluster() {
        Facade passing = TestFacades.passingThrough(false, TestFacades.user("ann", "two"));
        assertThat(passing.asksNodes()).isTrue();
        assertThat(facade.asksNodes()).isFalse();
        assertThat(asks(passing, "AUTH", "bob", "secret")).isEqualTo(new UpstreamUser("bob", "secret"));
        assertThat(asks(passing, "AUTH", "secret")).isEqualTo(new UpstreamUser("default", "secret"));
        assertThat(asks(passing, "AUTH", "bob", "")).isNull();
        assertThat(asks(passing, "AUTH", "ann", "two")).as("ours").isNull();
        assertThat(asks(passing, "AUTH", "ann", "secret")).as("ours, with a wrong password").isNull();
        assertThat(asks(passing, "AUTH", "a", "b", "c")).isNull();
        assertThat(asks(passing, "HELLO", "3", "SETNAME", "me", "AUTH", "bob", "secret"))
                .isEqualTo(new UpstreamUser("bob", "secret"));
        assertThat(asks(passing, "HELLO", "3", "AUTH", "bob", "secret", "SETNAME", "me"))
                .isEqualTo(new UpstreamUser("bob", "secret"));
        assertThat(asks(passing, "HELLO", "3", "AUTH", "bob")).isNull();
        assertThat(asks(passing, "HELLO", "3")).isNull();
        assertThat(new UpstreamUser("bob", "secret")).hasToString("bob");
    }

    @Test
    void aConfiguredUserMayBeAnotherToTheCluster() {
        User app = TestFacades.user("app", "front");
        Facade other = TestFacades.withUsers(new User("app", app.passwordSha256(),
                new UpstreamIdentity("behind", Secret.of("hidden"))));
        assertThat(asks(other, "AUTH", "app", "front")).isEqualTo(new UpstreamUser("behind", "hidden"));
        assertThat(asks(other, "AUTH", "app", "hidden")).isNull();
        assertThat(asks(other, "AUTH", "behind", "hidden")).isNull();
    }

    @Test
    void aUserWithRulesIsItselfToTheClusterIfThePasswordIsRight() {
        User app = TestFacades.user("app", "one", "two");
        Facade ruled = TestFacades.withUsers(
                new User("app", app.passwordSha256(), null, new AclRules(List.of("~app:*"))));
        assertThat(ruled.asksNodes()).isTrue();
        assertThat(asks(ruled, "AUTH", "app", "one")).isEqualTo(new UpstreamUser("app", "one"));
        assertThat(asks(ruled, "AUTH", "app", "two")).isEqualTo(new UpstreamUser("app", "two"));
        assertThat(asks(ruled, "AUTH", "app", "three")).isNull();
        assertThat(new FacadeClient(ruled, Listener.CLIENT).call("AUTH", "app", "three")).isEqualTo(WRONGPASS);
    }

    @Test
    void whomTheClusterAcceptsIsInAndForgottenWithReset() {
        // Given
        FacadeClient passing = new FacadeClient(TestFacades.passingThrough(false), Listener.CLIENT);
        UpstreamUser bob = new UpstreamUser("bob", "secret");
        assertThat(passing.call("AUTH", "bob", "secret")).isEqualTo(WRONGPASS);

        // When
        passing.state.accepted(bob);
        assertThat(passing.call("AUTH", "bob", "secret")).isEqualTo(OK);

        // Then
        assertThat(passing.state.upstreamUser()).isEqualTo(bob);
        assertThat(passing.call("ACL", "WHOAMI")).isEqualTo("$3\r\nbob\r\n");
        passing.call("RESET");
        assertThat(passing.state.upstreamUser()).isNull();
        assertThat(passing.call("PING")).isEqualTo("-NOAUTH Authentication required.\r\n");
    }

    private static @Nullable UpstreamUser asks(Facade facade, String... command) {
        Login login = (Login) Objects.requireNonNull(
                facade.commandFor(Objects.requireNonNull(FacadeClient.TABLE.find(Frames.frame(command)))));
        return login.asks(Frames.frame(command));
    }

    @Test
    void aFailedAuthLeavesTheUser() {
        client.call("AUTH", "ann", "two");
        assertThat(client.call("AUTH", "default", "nope")).isEqualTo(WRONGPASS);
        assertThat(client.state.authenticated()).isTrue();
        assertThat(client.state.user()).isEqualTo("ann");
    }

    @Test
    void withoutADefaultUserAPasswordAloneOpensNothing() {
        FacadeClient other = new FacadeClient(TestFacades.withUsers(TestFacades.user("ann", "two")), Listener.CLIENT);
        assertThat(other.call("AUTH", "two")).isEqualTo(WRONGPASS);
        assertThat(other.call("PING")).isEqualTo("-NOAUTH Authentication required.\r\n");
        assertThat(other.call("AUTH", "ann", "two")).isEqualTo(OK);
        assertThat(other.call("PING")).isEqualTo("+PONG\r\n");
    }

    @Test
    void helloChangesAllOrNothing() {
        // Given
        client.call("HELLO", "3", "AUTH", "ann", "two", "SETNAME", "first");

        // When
        String reply = client.call("HELLO", "2", "SETNAME", "second", "AUTH", "default", "nope");

        // Then
        assertThat(reply).isEqualTo(WRONGPASS);
        assertThat(client.state.protocol()).isEqualTo(3);
        assertThat(client.state.name()).isEqualTo("first");
        assertThat(client.state.user()).isEqualTo("ann");
    }

    @Test
    void helloWithABadNameDoesNotAuthenticate() {
        assertThat(client.call("HELLO", "3", "AUTH", "ann", "two", "SETNAME", "a b")).startsWith("-ERR Client names");
        assertThat(client.state.authenticated()).isFalse();
        assertThat(client.state.protocol()).isEqualTo(2);
    }

    @Test
    void resetTakesBackEverythingButTheLibrary() {
        // Given
        client.call("HELLO", "3", "AUTH", "ann", "two", "SETNAME", "first");
        client.call("CLIENT", "SETINFO", "lib-name", "jedis");
        client.call("READONLY");
        client.call("CLIENT", "NO-EVICT", "on");
        client.call("CLIENT", "NO-TOUCH", "on");

        // When
        assertThat(client.call("RESET")).isEqualTo("+RESET\r\n");

        // Then
        assertThat(client.state.protocol()).isEqualTo(2);
        assertThat(client.state.name()).isEmpty();
        assertThat(client.state.user()).isEqualTo("default");
        assertThat(client.state.authenticated()).isFalse();
        assertThat(client.state.readOnly()).isFalse();
        assertThat(client.state.noEvict()).isFalse();
        assertThat(client.state.noTouch()).isFalse();
        assertThat(client.state.libraryName()).isEqualTo("jedis");
    }

    @Test
    void resetOfAnOpenProxyLeavesTheClientIn() {
        FacadeClient other = new FacadeClient(TestFacades.open(), Listener.CLIENT);
        other.call("RESET");
        assertThat(other.call("PING")).isEqualTo("+PONG\r\n");
    }

    @Test
    void helloTellsTheRoleOfThePort() {
        FacadeClient reader = new FacadeClient(TestFacades.open(), Listener.READ);
        assertThat(reader.call("HELLO", "3"))
                .startsWith("%7\r\n$6\r\nserver\r\n$6\r\nvalkey\r\n")
                .endsWith("$4\r\nmode\r\n$7\r\ncluster\r\n$4\r\nrole\r\n$7\r\nreplica\r\n$7\r\nmodules\r\n*0\r\n");
    }
}
