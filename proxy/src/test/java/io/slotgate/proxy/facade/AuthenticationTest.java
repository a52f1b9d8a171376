package io.slotgate.proxy.facade;

import static org.assertj.core.api.Assertions.assertThat;

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
