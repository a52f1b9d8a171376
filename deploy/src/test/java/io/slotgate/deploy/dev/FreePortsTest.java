package io.slotgate.deploy.dev;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FreePortsTest {
    @Test
    void takesThoseOfItsRange() throws IOException {
        assertThat(FreePorts.take(4, "22990-22999")).hasSize(4).doesNotHaveDuplicates()
                .allMatch(port -> port >= 22_990 && port <= 22_999);
        assertThat(FreePorts.take(1)).singleElement().isNotNull();
    }

    @Test
    void leavesOutWhatIsTakenAndSaysWhenTooFewAreLeft() throws IOException {
        int taken = FreePorts.take(1, "22980-22989").getFirst();
        try (ServerSocket socket = new ServerSocket(taken, 1, InetAddress.getLoopbackAddress())) {
            assertThat(socket.isBound()).isTrue();
            assertThatThrownBy(() -> FreePorts.take(1, taken + "-" + taken)).isInstanceOf(IOException.class)
                    .hasMessage("free ports: 0 of " + taken + "-" + taken + " (expected: 1)");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "17000", "17000-", "a-b", "18000-17000", "0-10", "17000-60000", "17000-170000"})
    void saysWhatIsWrongWithARange(String range) {
        assertThatThrownBy(() -> FreePorts.take(1, range)).isInstanceOf(IOException.class)
                .hasMessage("SLOTGATE_DEV_PORTS: " + range + " (expected: two ports, 1..55535, such as 17000-21999)");
    }
}
