package io.slotgate.proxy.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.slotgate.proxy.config.Upstream;
import io.slotgate.topology.model.HostPort;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConnectorTest {
    private final Connector connector = new Connector(NioSocketChannel::new, PooledByteBufAllocator.DEFAULT,
            new Upstream(List.of(new HostPort("127.0.0.1", 7000)), null, null, null, Duration.ofSeconds(2),
                    Duration.ofMillis(50), Duration.ofSeconds(2), Duration.ofSeconds(10)),
            null, Runnable::run);

    /** By chance, so that not all proxies come back to a node at the same moment. */
    @ParameterizedTest
    @CsvSource({"0, 50", "1, 100", "2, 200", "5, 1600", "6, 2000", "20, 2000", "1000, 2000"})
    void pausesBetweenAttemptsDoubleUpToABoundAndDiffer(int attempt, long most) {
        List<Long> pauses = LongStream.range(0, 1000).mapToObj(i -> connector.pauseMillis(attempt)).toList();

        assertThat(pauses).allSatisfy(pause -> assertThat(pause).isBetween(most / 2, most));
        assertThat(new HashSet<>(pauses)).hasSizeGreaterThan((int) most / 8);
    }
}
