package io.slotgate.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ListeningSocketsTest {
    private static final List<String> TABLE = List.of(
            "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode",
            "   0: 0100007F:18EB 00000000:0000 0A 00000000:00000011 00:00000000 00000000     0        0 101 1 00 100 0 0 10 0",
            "   1: 0100007F:18EB 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 102 1 00 100 0 0 10 0",
            "   2: 0100007F:18EB 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 103 1 00 100 0 0 10 0",
            "   3: 0100007F:18EC 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 104 1 00 100 0 0 10 0",
            "   4: 0100007F:18EB 0100007F:9999 01 00000000:00000000 00:00000000 00000000     0        0 105 1 00 100 0 0 10 0",
            "   5: 0100007F:18EB 0100007F:9998 03 00000000:00000000");

    @Test
    void findsWhoSharesOurAddress() {
        assertThat(ListeningSockets.in(TABLE, "102")).isNotNull()
                .satisfies(sockets -> assertThat(sockets.others()).containsExactly("101"))
                .satisfies(sockets -> assertThat(sockets.queued()).isZero());
    }

    @Test
    void countsWhoWaits() {
        assertThat(ListeningSockets.in(TABLE, "101")).isNotNull()
                .satisfies(sockets -> assertThat(sockets.queued()).isEqualTo(17));
    }

    @Test
    void knowsWhenWeAreAlone() {
        assertThat(ListeningSockets.in(TABLE, "104")).isNotNull()
                .satisfies(sockets -> assertThat(sockets.others()).isEmpty());
    }

    @Test
    void saysIfOursIsNotThere() {
        assertThat(ListeningSockets.in(TABLE, "105")).isNull();
        assertThat(ListeningSockets.in(TABLE, "1")).isNull();
        assertThat(ListeningSockets.with(-1)).isNull();
    }
}
