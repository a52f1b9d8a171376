package io.slotgate.proxy.redirect;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.slotgate.topology.model.HostPort;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorReplyTest {
    private static final HostPort FROM = new HostPort("10.0.0.9", 7009);

    @ParameterizedTest
    @CsvSource(textBlock = """
            MOVED 3999 127.0.0.1:6381,        3999,  127.0.0.1,   6381
            MOVED 0 node-1.example.org:6379,  0,     node-1.example.org, 6379
            MOVED 16383 :7001,                16383, 10.0.0.9,    7001
            MOVED 7 ::1:7001,                 7,     ::1,         7001
            MOVED 7 2001:db8::5:7001,         7,     2001:db8::5, 7001
            MOVED 7 [2001:db8::5]:7001,       7,     2001:db8::5, 7001
            """)
    void movedNamesTheOwner(String text, int slot, String host, int port) {
        assertThat(read(text)).isEqualTo(new ErrorReply.Moved(slot, new HostPort(host, port)));
    }

    @Test
    void askNamesTheImporter() {
        assertThat(read("ASK 5 127.0.0.1:6381")).isEqualTo(new ErrorReply.Ask(5, new HostPort("127.0.0.1", 6381)));
        assertThat(read("ASK 5 :6381")).isEqualTo(new ErrorReply.Ask(5, new HostPort("10.0.0.9", 6381)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"CLUSTERDOWN The cluster is down", "CLUSTERDOWN Hash slot not served",
        "LOADING Valkey is loading the dataset in memory",
        "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.",
        "READONLY You can't write against a read only replica."})
    void theseMeanLater(String text) {
        assertThat(read(text)).isEqualTo(ErrorReply.NOT_NOW);
    }

    @Test
    void tryAgainMeansThatTheKeysAreInTwoPlaces() {
        assertThat(read("TRYAGAIN Multiple keys request during rehashing of slot")).isEqualTo(ErrorReply.TRY_AGAIN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ERR no such key", "WRONGTYPE Operation against a key", "MOVED", "MOVED x 1.2.3.4:5",
        "MOVED 16384 1.2.3.4:5", "MOVED -1 1.2.3.4:5", "MOVED 5 1.2.3.4:99999", "MOVED 5 1.2.3.4", "MOVEDX 5 1.2.3.4:5",
        "ASKING", "LOAD", "CROSSSLOT Keys in request don't hash to the same slot", "", "M"})
    void everythingElseIsTheAnswer(String text) {
        assertThat(read(text)).isEqualTo(ErrorReply.ANSWER);
    }

    private static ErrorReply read(String text) {
        ByteBuf buffer = Unpooled.copiedBuffer("before-" + text + "\r\nbehind", StandardCharsets.US_ASCII);
        return ErrorReply.read(buffer, 6, 6 + 1 + text.length() + 2, FROM);
    }
}
