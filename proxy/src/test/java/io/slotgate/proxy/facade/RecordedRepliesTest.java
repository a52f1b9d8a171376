package io.slotgate.proxy.facade;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotgate.proxy.config.User;
import java.util.List;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every reply of ours against what a real server in cluster mode said to the same commands, byte for byte. */
class RecordedRepliesTest {
    private static final List<User> SEKRET = List.of(TestFacades.user("default", "sekret"));

    @ParameterizedTest
    @CsvSource({"valkey, 8.0.1, 2", "valkey, 8.0.1, 3", "redis, 7.0.15, 2", "redis, 7.0.15, 3"})
    void answersAsAServerWithoutPasswords(String server, String version, int protocol) throws Exception {
        replay("open-" + server + "-resp" + protocol + ".txt", settings(server, version, List.of()));
    }

    @ParameterizedTest
    @CsvSource({"valkey, 8.0.1, 2", "valkey, 8.0.1, 3"})
    void answersAsAServerWithAPassword(String server, String version, int protocol) throws Exception {
        replay("password-" + server + "-resp" + protocol + ".txt", settings(server, version, SEKRET));
    }

    private static FacadeSettings settings(String server, String version, List<User> users) {
        return new FacadeSettings("fleet", null, 6379, 6380, 0, users, server, version);
    }

    private static void replay(String name, FacadeSettings settings) throws Exception {
        // Given
        Transcript transcript = Transcript.load(name);
        Facade facade = TestFacades.of(settings);
        FacadeClient client = new FacadeClient(facade,
                FacadeClient.state(facade, Listener.CLIENT, transcript.clientId()));
        assertThat(transcript.exchanges()).hasSizeGreaterThan(30);
        SoftAssertions replies = new SoftAssertions();
        for (Transcript.Exchange exchange : transcript.exchanges()) {
            // When
            String reply = client.call(exchange.command().toArray(String[]::new));

            // Then
            replies.assertThat(Escapes.escape(reply)).as(exchange.line()).isEqualTo(Escapes.escape(exchange.reply()));
        }
        replies.assertAll();
        assertThat(client.state.closeAfterReply()).as("after QUIT").isTrue();
    }
}
