package io.slotgate.topology.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ServerVersionTest {
    @Test
    void valkeyNamesItselfBesideTheVersionItIsCompatibleWith() {
        String info = "# Server\r\nredis_version:7.2.4\r\nserver_name:valkey\r\nvalkey_version:8.0.1\r\nos:Linux\r\n";

        assertThat(ServerVersion.ofInfo(info)).isEqualTo(new ServerVersion("valkey", "8.0.1"));
    }

    @Test
    void redisHasAVersionOnly() {
        assertThat(ServerVersion.ofInfo("# Server\r\nredis_version:7.0.15\r\n"))
                .isEqualTo(new ServerVersion("redis", "7.0.15"));
    }

    @Test
    void aVersionIsExpected() {
        assertThatThrownBy(() -> ServerVersion.ofInfo("# Server\r\n")).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("redis_version");
    }
}
