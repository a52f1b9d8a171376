package io.slotgate.proxy.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotgate.proxy.plane.FakeCluster;
import io.slotgate.proxy.plane.Plane;
import io.slotgate.proxy.plane.TestClient;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ReplyOrderTest {
    @AutoClose
    private final FakeCluster cluster = new FakeCluster(3);
    @AutoClose
    private final Plane plane = Plane.over(cluster);

    @Test
    void aCommandIsAnswered() {
        TestClient client = plane.client();

        assertThat(client.call("SET", "k", "v")).isEqualTo("OK");
        assertThat(client.call("GET", "k")).isEqualTo("v");
    }
}
