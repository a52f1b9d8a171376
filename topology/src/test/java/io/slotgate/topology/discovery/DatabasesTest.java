package io.slotgate.topology.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DatabasesTest {
    private static List<Object> reply(String... words) {
        List<Object> reply = new ArrayList<>();
        for (String word : words) {
            reply.add(word.getBytes(StandardCharsets.UTF_8));
        }
        return reply;
    }

    @Test
    void readsTheNumber() {
        assertThat(Databases.count(reply("cluster-databases", "16"))).isEqualTo(16);
        assertThat(Databases.count(reply("cluster-databases", "1"))).isEqualTo(1);
    }

    @Test
    void nodesThatDontKnowTheNameHaveDatabase0() {
        assertThat(Databases.count(reply())).isZero();
        assertThat(Databases.count(reply("other", "16"))).isZero();
    }

    @Test
    void tellsWhatIsNoNumber() {
        assertThatThrownBy(() -> Databases.count(reply("cluster-databases", "many")))
                .isInstanceOf(MalformedReplyException.class)
                .hasMessage("cluster-databases: 'many' (expected: a number from 1 on)");
        assertThatThrownBy(() -> Databases.count(reply("cluster-databases")))
                .isInstanceOf(MalformedReplyException.class);
    }
}
