package io.slotgate.topology.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotgate.topology.model.NodeFigures;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InfoReaderTest {
    @ParameterizedTest
    @CsvSource({"valkey-8.0.1-primary, valkey 8.0.1, 7, , 50, 1072088, 1, 1",
        "valkey-8.0.1-replica, valkey 8.0.1, 7, true, 50, 1067608, 2, 2",
        "valkey-8.0.1-unlinked, valkey 8.0.1, 8, false, 50, 1067464, 1, 0",
        "redis-7.0.15-primary, redis 7.0.15, 6, , 50, 1058984, 1, 2",
        "redis-7.0.15-replica, redis 7.0.15, 6, true, 50, 1013992, 2, 2",
        "redis-7.0.15-unlinked, redis 7.0.15, 7, false, 50, 1054744, 1, 0"})
    void readsWhatServersSay(String recorded, String version, long uptime, Boolean linkUp, long offset, long memory,
            long clients, long ops) {
        assertThat(InfoReader.read(Recorded.text(recorded + ".info")))
                .isEqualTo(new NodeFigures(version, uptime, false, linkUp, offset, memory, clients, ops));
    }

    @Test
    void aReplicasOffsetIsWhatItHasExecuted() {
        assertThat(InfoReader.read("role:slave\r\nslave_repl_offset:7\r\nmaster_repl_offset:9\r\n").replicationOffset())
                .isEqualTo(7);
    }

    @Test
    void whatIsNotSaidIsNotKnown() {
        assertThat(InfoReader.read("")).isEqualTo(new NodeFigures("", -1, false, null, -1, -1, -1, -1));
        assertThat(InfoReader.read("nonsense\r\n:\r\nused_memory:\r\nuptime_in_seconds:many\r\nloading:1\r\n"))
                .isEqualTo(new NodeFigures("", -1, true, null, -1, -1, -1, -1));
    }
}
